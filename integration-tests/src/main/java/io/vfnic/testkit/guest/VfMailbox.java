package io.vfnic.testkit.guest;

/** The VF's end of the mailbox, worked as igbvf does. */
public final class VfMailbox {
    /** In a reply: the PF has reset the VF and takes requests. */
    public static final int CLEAR_TO_SEND = 1 << 29;
    /** In a reply: refused. */
    public static final int NACK = 1 << 30;
    /** In a reply: done. */
    public static final int ACK = 1 << 31;

    private static final int RESET = 1;
    private static final int SET_MAC = 2;
    private static final int SET_MULTICAST = 3;
    private static final int SET_VLAN = 4;
    private static final int SET_MAX_FRAME = 5;
    private static final int SET_PROMISCUOUS = 6;
    private static final int INFO_SHIFT = 16;
    private static final int MAC_LENGTH = 6;
    private static final int READ_TO_CLEAR = VfRegisters.MAILBOX_PF_STATUS | VfRegisters.MAILBOX_PF_ACK |
        VfRegisters.MAILBOX_RESET_DONE;

    private final Bar bar;
    /** Bits that a read of V2PMAILBOX cleared and nobody has asked for yet. */
    private int seen;

    VfMailbox(Bar bar) {
        this.bar = bar;
    }

    /** Waits until the PF is out of reset, then asks it to reset the VF; returns the MAC address it gives. */
    public byte[] reset() {
        Patience.until("the PF to be out of reset", () -> (read() & VfRegisters.MAILBOX_RESET_IN_PROGRESS) == 0);
        seen = 0;
        int[] reply = request(3, RESET);
        if (reply[0] != (ACK | RESET)) {
            throw new IllegalStateException("reply to the reset request: " + Integer.toHexString(reply[0]));
        }
        byte[] mac = new byte[MAC_LENGTH];
        for (int i = 0; i < MAC_LENGTH; i++) {
            mac[i] = (byte)(reply[1 + i / Integer.BYTES] >>> (8 * (i % Integer.BYTES)));
        }
        return mac;
    }

    /** Sets the VF's MAC address; true if the PF agrees. */
    public boolean setMac(byte[] mac) {
        int low = (mac[0] & 0xFF) | (mac[1] & 0xFF) << 8 | (mac[2] & 0xFF) << 16 | (mac[3] & 0xFF) << 24;
        int high = (mac[4] & 0xFF) | (mac[5] & 0xFF) << 8;
        return isAgreed(SET_MAC, request(1, SET_MAC, low, high));
    }

    /** Sets the multicast hashes. */
    public boolean setMulticast(int... hashes) {
        int[] words = new int[1 + (hashes.length + 1) / 2];
        words[0] = SET_MULTICAST | hashes.length << INFO_SHIFT;
        for (int i = 0; i < hashes.length; i++) {
            words[1 + i / 2] |= hashes[i] << (16 * (i & 1));
        }
        return isAgreed(SET_MULTICAST, request(1, words));
    }

    /** Joins or leaves a VLAN. */
    public boolean setVlan(int vlan, boolean member) {
        return isAgreed(SET_VLAN, request(1, SET_VLAN | (member ? 1 << INFO_SHIFT : 0), vlan));
    }

    /** Sets the longest frame in bytes, with its CRC. */
    public boolean setMaxFrame(int length) {
        return isAgreed(SET_MAX_FRAME, request(1, SET_MAX_FRAME, length));
    }

    /** Asks for unicast or multicast promiscuity. */
    public boolean setPromiscuous(boolean unicast, boolean multicast) {
        int info = (unicast ? 1 : 0) | (multicast ? 2 : 0);
        return isAgreed(SET_PROMISCUOUS, request(1, SET_PROMISCUOUS | info << INFO_SHIFT));
    }

    /**
     * Sends a request and reads its reply.
     *
     * @param replyLength dwords to read.
     */
    public int[] request(int replyLength, int... words) {
        lock();
        for (int i = 0; i < words.length; i++) {
            bar.write(VfRegisters.VMBMEM + i * Integer.BYTES, words[i]);
        }
        bar.write(VfRegisters.V2PMAILBOX, VfRegisters.MAILBOX_REQUEST);
        Patience.until("the PF's acknowledgement", () -> take(VfRegisters.MAILBOX_PF_ACK));
        Patience.until("the PF's reply", () -> take(VfRegisters.MAILBOX_PF_STATUS));
        lock();
        int[] reply = new int[replyLength];
        for (int i = 0; i < replyLength; i++) {
            reply[i] = bar.read(VfRegisters.VMBMEM + i * Integer.BYTES);
        }
        bar.write(VfRegisters.V2PMAILBOX, VfRegisters.MAILBOX_ACK);
        return reply;
    }

    private void lock() {
        Patience.until("the mailbox to be free", () -> {
            bar.write(VfRegisters.V2PMAILBOX, VfRegisters.MAILBOX_VF_OWNS);
            return (read() & VfRegisters.MAILBOX_VF_OWNS) != 0;
        });
    }

    private int read() {
        int value = bar.read(VfRegisters.V2PMAILBOX);
        seen |= value & READ_TO_CLEAR;
        return value;
    }

    private boolean take(int bit) {
        read();
        boolean wasSeen = (seen & bit) != 0;
        seen &= ~bit;
        return wasSeen;
    }

    private static boolean isAgreed(int type, int[] reply) {
        if ((reply[0] & 0xFFFF) != type || (reply[0] & CLEAR_TO_SEND) == 0) {
            throw new IllegalStateException("reply to request " + type + ": " + Integer.toHexString(reply[0]));
        }
        return (reply[0] & (ACK | NACK)) == ACK;
    }
}
