package io.vfnic.device.ring;

/** What an advanced context descriptor said last; valid until the next one overwrites it. */
final class TransmitContext {
    private int ipLength;
    private int macLength;
    private int vlanControl;
    private int l4Type;
    private int l4Length;
    private int mss;

    void set(long low, long high) {
        final int dword0 = (int)low;
        ipLength = dword0 & 0x1FF;
        macLength = (dword0 >>> 9) & 0x7F;
        vlanControl = dword0 >>> 16;
        l4Type = ((int)high >>> 11) & 3;
        final int dword3 = (int)(high >>> 32);
        l4Length = (dword3 >>> 8) & 0xFF;
        mss = dword3 >>> 16;
    }

    void clear() {
        set(0, 0);
    }

    /** IPLEN, bytes. */
    int ipLength() {
        return ipLength;
    }

    /** MACLEN, bytes, with tags that are in the frame already. */
    int macLength() {
        return macLength;
    }

    /** VLAN: tag control information for VLE. */
    int vlanControl() {
        return vlanControl;
    }

    /** L4T. */
    int l4Type() {
        return l4Type;
    }

    /** L4LEN, bytes. */
    int l4Length() {
        return l4Length;
    }

    /** MSS, bytes of payload in a segment. */
    int mss() {
        return mss;
    }
}
