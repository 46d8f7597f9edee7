package io.vfnic.device.igb;

/**
 * The first dword of mailbox messages, as drivers of PF and VFs have agreed on them (Linux igb and igbvf): type in bits
 * 15:0, info in 23:16, flags above.
 */
public final class MailboxMessage {
    /** Bits of the type. */
    public static final int TYPE = 0xFFFF;
    /** Where the info byte is. */
    public static final int INFO_SHIFT = 16;
    /** Bits of the info byte. */
    public static final int INFO = 0xFF << INFO_SHIFT;

    /** The receiver may go on sending. */
    public static final int CLEAR_TO_SEND = 1 << 29;
    /** The request was refused, or the VF has to reset itself. */
    public static final int NACK = 1 << 30;
    /** The request was granted. */
    public static final int ACK = 1 << 31;

    /** The VF was reset; the answer holds its address. */
    public static final int VF_RESET = 0x01;
    /** The VF wants an address, in dwords 1 and 2. */
    public static final int SET_MAC = 0x02;
    /** The VF wants groups: info tells how many hashes of 16 bits follow. */
    public static final int SET_MULTICAST = 0x03;
    /** The VF joins (info is not 0) or leaves the VLAN in dword 1. */
    public static final int SET_VLAN = 0x04;
    /** The longest frame the VF wants to get, bytes, in dword 1. */
    public static final int SET_LPE = 0x05;
    /** The VF wants to be promiscuous. */
    public static final int SET_PROMISC = 0x06;
    /** PF to VF: look at the link, or, without {@link #CLEAR_TO_SEND}, reset yourself. */
    public static final int PF_CONTROL = 0x100;

    /** SET_MAC: drop all additional addresses. */
    public static final int MAC_FILTER_CLEAR = 1;
    /** SET_MAC: receive this address too. */
    public static final int MAC_FILTER_ADD = 2;
    /** SET_PROMISC. */
    public static final int PROMISC_UNICAST = 1;
    /** SET_PROMISC. */
    public static final int PROMISC_MULTICAST = 2;

    private MailboxMessage() { }

    /** The info byte of a message. */
    public static int info(int message) {
        return (message & INFO) >>> INFO_SHIFT;
    }
}
