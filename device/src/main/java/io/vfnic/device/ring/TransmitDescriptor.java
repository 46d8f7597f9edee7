package io.vfnic.device.ring;

/**
 * The bits of transmit descriptors, as their two quad words hold them (82576, advanced and legacy transmit
 * descriptors).
 */
final class TransmitDescriptor {
    /** Descriptor type of an advanced context descriptor. */
    static final int TYPE_CONTEXT = 2;

    /** dw2 of an advanced data descriptor: take a timestamp of the frame (IEEE 1588). */
    static final int TSTAMP = 1 << 19;
    /** dw3 of a legacy descriptor: the same. */
    static final int LEGACY_TSTAMP = 1 << 4;

    /** dw2: end of packet. */
    static final int EOP = 1 << 24;
    /** dw2: report status. */
    static final int RS = 1 << 27;
    /** dw2: the descriptor is an advanced one. */
    static final int DEXT = 1 << 29;
    /** dw2: insert a VLAN tag. */
    static final int VLE = 1 << 30;
    /** dw2 of an advanced data descriptor: segment (TSO). */
    static final int TSE = 1 << 31;
    /** dw2 of a legacy descriptor: insert a checksum. */
    static final int IC = 1 << 26;

    /** dw3 of an advanced data descriptor: insert the IPv4 header checksum. */
    static final int IXSM = 1 << 8;
    /** dw3 of an advanced data descriptor: insert the layer 4 checksum. */
    static final int TXSM = 1 << 9;
    /** dw3: descriptor done. */
    static final int DD = 1;

    private TransmitDescriptor() {
    }

    static int dword2(long high) {
        return (int)high;
    }

    static int dword3(long high) {
        return (int)(high >>> 32);
    }

    static int type(int dword2) {
        return (dword2 >>> 20) & 0xF;
    }

    static boolean isContext(int dword2) {
        return (dword2 & DEXT) != 0 && type(dword2) == TYPE_CONTEXT;
    }

    /** Bytes of the buffer: DTALEN of an advanced data descriptor, the length of a legacy one. */
    static int length(int dword2) {
        return dword2 & 0xFFFF;
    }

    /** IDX: which of the queue's two contexts an advanced descriptor sets or uses. */
    static int contextIndex(int dword3) {
        return (dword3 >>> 4) & 1;
    }
}
