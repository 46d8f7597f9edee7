package io.vfnic.device.ring;

/**
 * Which bytes of a frame go to a descriptor's header buffer, which to packet buffers, and what the write-back says of
 * that (82576, SRRCTL.DESCTYPE 2 to 5; the cases are those of Intel's table for the 82575, header splitting and
 * replication). HDR_LEN is the length of the headers that were found, even where more or fewer bytes were stored.
 */
final class HeaderSplit {
    /** dword 0: HDR_LEN is the length of the headers (SPH). */
    private static final int FOUND = 1 << 31;
    /** dword 2: the headers are longer than the header buffer (HBO). */
    private static final int OVERFLOW = 1 << 23;
    private static final int LENGTH_SHIFT = 21;
    private static final int LENGTH = 0x3FF;
    private static final int SPLIT = 2;
    private static final int REPLICATE = 3;
    private static final int REPLICATE_LARGE = 4;
    private static final int SPLIT_ALWAYS = 5;

    private int type;
    private int bufferLength;
    private int stored;
    private int skipped;
    private int dword0;
    private int dword2;

    /**
     * @param descriptorType SRRCTL.DESCTYPE.
     * @param headerBuffer   bytes of a header buffer; 0 for none, which leaves everything to packet buffers.
     */
    void open(int descriptorType, int headerBuffer) {
        type = descriptorType >= SPLIT && descriptorType <= SPLIT_ALWAYS && headerBuffer > 0 ? descriptorType : 0;
        bufferLength = headerBuffer;
        stored = 0;
        skipped = 0;
        dword0 = 0;
        dword2 = 0;
    }

    /**
     * Decides on a frame.
     *
     * @param length  of the frame, bytes.
     * @param headers bytes up to the end of its headers; 0 where PSRTYPE wants none of them split.
     */
    void plan(int length, int headers) {
        if (type == 0) {
            return;
        }
        stored = 0;
        skipped = 0;
        dword0 = 0;
        dword2 = 0;
        if (length <= bufferLength && (type == SPLIT_ALWAYS || type == REPLICATE_LARGE)) {
            stored = length;
            skipped = length;
            dword0 = length << LENGTH_SHIFT;
            return;
        }
        final boolean fits = headers > 0 && headers <= bufferLength;
        if (headers > 0) {
            dword0 = FOUND | (headers & LENGTH) << LENGTH_SHIFT;
            dword2 = fits ? 0 : OVERFLOW;
        }
        if (type == REPLICATE || type == REPLICATE_LARGE) {
            stored = Math.min(length, bufferLength);
        } else if (fits) {
            stored = Math.min(length, headers);
            skipped = stored;
        } else if (type == SPLIT_ALWAYS) {
            stored = bufferLength;
            skipped = bufferLength;
            dword0 |= headers > 0 ? 0 : bufferLength << LENGTH_SHIFT;
        }
    }

    /** Bytes, from the frame's first on, that go to the header buffer. */
    int stored() {
        return stored;
    }

    /** Bytes, from the frame's first on, that packet buffers do not get. */
    int skipped() {
        return skipped;
    }

    /** Bits for dword 0 of the first descriptor. */
    int dword0() {
        return dword0;
    }

    /** Bits for dword 2 of the first and of the last descriptor. */
    int dword2() {
        return dword2;
    }
}
