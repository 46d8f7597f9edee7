package io.vfnic.device.pf;

/** The first dword of mailbox messages: type in bits 15:0, info in 23:16, flags above. */
final class MailboxMessage {
    static final int TYPE = 0xFFFF;
    static final int INFO_SHIFT = 16;
    static final int INFO = 0xFF << INFO_SHIFT;

    /** The receiver may go on sending. */
    static final int CLEAR_TO_SEND = 1 << 29;
    static final int NACK = 1 << 30;
    static final int ACK = 1 << 31;

    static final int VF_RESET = 0x01;
    static final int SET_MAC = 0x02;
    static final int SET_MULTICAST = 0x03;
    static final int SET_VLAN = 0x04;
    static final int SET_LPE = 0x05;
    static final int SET_PROMISC = 0x06;
    /** PF to VF: look at the link, or, without {@link #CLEAR_TO_SEND}, reset yourself. */
    static final int PF_CONTROL = 0x100;

    /** SET_MAC: drop all additional addresses. */
    static final int MAC_FILTER_CLEAR = 1;
    /** SET_MAC: receive this address too. */
    static final int MAC_FILTER_ADD = 2;
    /** SET_PROMISC. */
    static final int PROMISC_UNICAST = 1;
    /** SET_PROMISC. */
    static final int PROMISC_MULTICAST = 2;

    private MailboxMessage() { }

    static int info(int message) {
        return (message & INFO) >>> INFO_SHIFT;
    }
}
