package io.vfnic.testkit.guest;

/** Offsets in the PF's BAR 0 and bits, as the igb driver knows them, beside those that are as a VF's. */
public final class PfRegisters {
    public static final int CTRL = 0x0000;
    public static final int EERD = 0x0014;
    public static final int CTRL_EXT = 0x0018;
    public static final int MDIC = 0x0020;
    public static final int RCTL = 0x0100;
    public static final int TCTL = 0x0400;
    /** Of all VFs, 64 bytes each. */
    public static final int VMBMEM = 0x0800;
    public static final int P2VMAILBOX = 0x0C00;
    public static final int MBVFICR = 0x0C80;
    public static final int VFLRE = 0x0C88;
    public static final int VFRE = 0x0C8C;
    public static final int VFTE = 0x0C90;
    public static final int ICR = 0x1500;
    public static final int ICS = 0x1504;
    public static final int IMS = 0x1508;
    public static final int IMC = 0x150C;
    public static final int GPIE = 0x1514;
    public static final int EICS = 0x1520;
    public static final int EIMS = 0x1524;
    public static final int EIAM = 0x1530;
    public static final int EITR = 0x1680;
    /** Vectors of queues n and n + 8, receive before transmit, 8 bits each. */
    public static final int IVAR = 0x1700;
    public static final int RXPBS = 0x2404;
    public static final int DTXSWC = 0x3500;
    public static final int RAL = 0x5400;
    public static final int RAH = 0x5404;
    public static final int MRQC = 0x5818;
    public static final int VT_CTL = 0x581C;
    public static final int VMOLR = 0x5AD0;

    public static final int SWSM = 0x5B50;
    /** Of all sixteen queues. */
    public static final int RECEIVE_QUEUE = 0xC000;
    /** Of all sixteen queues. */
    public static final int TRANSMIT_QUEUE = 0xE000;
    /** From one queue's registers to the next one's, of these. */
    public static final int QUEUE_STRIDE = 0x40;
    /** VF n's registers are at this, plus 0x100 n, plus the low eight bits of their offset in the VF. */
    public static final int VF_REGISTERS = 0x10000;

    public static final int CTRL_SET_LINK_UP = 1 << 6;
    public static final int CTRL_RESET = 1 << 26;
    public static final int CTRL_PHY_RESET = 1 << 31;
    public static final int CTRL_EXT_EEPROM_RESET = 1 << 13;
    public static final int STATUS_PHY_RESET_ASSERTED = 1 << 10;
    public static final int RCTL_ENABLE = 1 << 1;
    public static final int RCTL_ALL_MULTICAST = 1 << 4;
    public static final int RCTL_LONG_PACKETS = 1 << 5;
    public static final int TCTL_ENABLE = 1 << 1;
    public static final int PHY_CONTROL = 0;
    public static final int PHY_CONTROL_RESET = 1 << 15;
    public static final int PHY_CONTROL_LOOPBACK_1000 = 1 << 14 | 0x0140;
    public static final int CTRL_EXT_RESET_DONE = 1 << 14;
    public static final int RCTL_ENABLE_BROADCAST_LONG = 1 << 1 | 1 << 15 | 1 << 5 | 1 << 26;
    public static final int TCTL_ENABLE_PAD = 1 << 1 | 1 << 3;
    public static final int DTXSWC_LOOPBACK = 1 << 31;
    public static final int RAH_VALID = 1 << 31;
    public static final int RAH_POOL_SHIFT = 18;
    public static final int MRQC_VMDQ = 3;
    public static final int VT_CTL_REPLICATION = 1 << 30;
    public static final int VT_CTL_POOL_SHIFT = 7;
    /** VMOLR: untagged and broadcast frames, CRC stripped, frames of up to 1522 bytes. */
    public static final int VMOLR_USUAL = 1 << 31 | 1 << 27 | 1 << 24 | 1 << 16 | 1522;
    public static final int P2V_STATUS_AND_ACK = 3;

    /** SR-IOV capability: control. */
    public static final int SRIOV_CONTROL = 0x168;
    /** SR-IOV capability: NumVFs. */
    public static final int SRIOV_NUM_VFS = 0x170;
    public static final int SRIOV_ENABLE = 1 | 1 << 3;

    private PfRegisters() {
    }
}
