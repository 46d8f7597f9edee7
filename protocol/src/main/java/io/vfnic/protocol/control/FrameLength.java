package io.vfnic.protocol.control;

/**
 * The length that stands before a message: a base-128 varint, low groups first, as protobuf writes it. Reads one byte
 * by byte as they come; not safe for use by several threads.
 */
public final class FrameLength {
    /** Longest message, bytes. */
    public static final int MAX_MESSAGE = 1 << 20;
    /** Bytes of the longest length: three groups of seven bits hold {@link #MAX_MESSAGE}. */
    public static final int MAX_BYTES = 3;

    private static final int GROUP_BITS = 7;
    private static final int GROUP = 0x7F;
    private static final int MORE = 0x80;

    private int value;
    private int bytes;

    /**
     * Takes the next byte.
     *
     * @return whether the length is complete; {@link #take()} tells it then.
     * @throws FrameLengthException where it cannot become the length of a message: more than {@link #MAX_MESSAGE}, or
     *                              more than {@link #MAX_BYTES} bytes. What follows can be made no sense of.
     */
    public boolean accept(byte next) throws FrameLengthException {
        value |= (next & GROUP) << GROUP_BITS * bytes;
        bytes++;
        boolean more = (next & MORE) != 0;
        if (value > MAX_MESSAGE || more && bytes == MAX_BYTES) {
            throw new FrameLengthException(
                "a message is announced that is longer than " + MAX_MESSAGE + " bytes, the most that are allowed");
        }
        return !more;
    }

    /** The complete length, 0 to {@link #MAX_MESSAGE}; the next byte begins another one. */
    public int take() {
        int complete = value;
        value = 0;
        bytes = 0;
        return complete;
    }

    /**
     * Writes a length.
     *
     * @param length 0 to {@link #MAX_MESSAGE}.
     * @return how many bytes of {@code destination}, from the first on, it takes: 1 to {@link #MAX_BYTES}.
     * @throws IllegalArgumentException where it is out of its range.
     */
    public static int encode(int length, byte[] destination) {
        if (length < 0 || length > MAX_MESSAGE) {
            throw new IllegalArgumentException("a message has 0 to " + MAX_MESSAGE + " bytes, not " + length);
        }
        int rest = length;
        int count = 0;
        while (rest > GROUP) {
            destination[count++] = (byte)(rest & GROUP | MORE);
            rest >>>= GROUP_BITS;
        }
        destination[count++] = (byte)rest;
        return count;
    }
}
