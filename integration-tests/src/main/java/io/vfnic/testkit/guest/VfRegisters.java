package io.vfnic.testkit.guest;

/** Offsets in a Virtual Function's BAR 0 and bits, as the igbvf driver knows them. */
public final class VfRegisters {
    public static final int VTCTRL = 0x0000;
    public static final int STATUS = 0x0008;
    public static final int VMBMEM = 0x0800;
    public static final int V2PMAILBOX = 0x0C40;
    public static final int GOOD_PACKETS_RECEIVED = 0x0F10;
    public static final int GOOD_PACKETS_TRANSMITTED = 0x0F14;
    public static final int GOOD_OCTETS_RECEIVED = 0x0F18;
    public static final int GOOD_OCTETS_TRANSMITTED = 0x0F34;
    public static final int EICS = 0x1520;
    public static final int EIMS = 0x1524;
    public static final int EIMC = 0x1528;
    public static final int EIAC = 0x152C;
    public static final int EIAM = 0x1530;
    public static final int EICR = 0x1580;
    public static final int EITR = 0x1680;
    public static final int VTIVAR = 0x1700;
    public static final int VTIVAR_MISC = 0x1740;
    public static final int RECEIVE_QUEUE = 0x2800;
    public static final int TRANSMIT_QUEUE = 0x3800;
    /** From one queue's registers to the next one's. */
    public static final int QUEUE_STRIDE = 0x100;

    public static final int RING_BASE_LOW = 0x00;
    public static final int RING_BASE_HIGH = 0x04;
    public static final int RING_LENGTH = 0x08;
    public static final int SPLIT_CONTROL = 0x0C;
    public static final int RING_HEAD = 0x10;
    public static final int RING_TAIL = 0x18;
    public static final int QUEUE_CONTROL = 0x28;

    public static final int VTCTRL_RESET = 1 << 26;
    public static final int STATUS_LINK_UP = 1 << 1;
    public static final int QUEUE_ENABLE = 1 << 25;
    /** SRRCTL: advanced descriptors with one buffer, drop when there is none. */
    public static final int SPLIT_ONE_BUFFER_DROP = 1 << 31 | 1 << 25;

    public static final int MAILBOX_REQUEST = 1;
    public static final int MAILBOX_ACK = 1 << 1;
    public static final int MAILBOX_VF_OWNS = 1 << 2;
    public static final int MAILBOX_PF_STATUS = 1 << 4;
    public static final int MAILBOX_PF_ACK = 1 << 5;
    public static final int MAILBOX_RESET_IN_PROGRESS = 1 << 6;
    public static final int MAILBOX_RESET_DONE = 1 << 7;

    private VfRegisters() {
    }
}
