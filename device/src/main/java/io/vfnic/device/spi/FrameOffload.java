package io.vfnic.device.spi;

/**
 * What is still to be done to a frame on the wire side of the port: a checksum, or to cut it into segments and their
 * checksums. Offsets count from the frame's first byte, VLAN tags included. Reused; not thread-safe.
 */
public final class FrameOffload {
    /** What the frame is cut into. */
    public enum Segments {
        /** It is not to be cut. */
        NONE,
        /** TCP over IPv4. */
        TCP_IPV4,
        /** TCP over IPv6. */
        TCP_IPV6,
        /** UDP datagrams over IPv4 or IPv6. */
        UDP,
        /** Something that the far side has a name for, but nobody here: the frame is dropped. */
        UNKNOWN
    }

    /** {@link #checksumStart()} of a frame whose checksum is complete. */
    public static final int COMPLETE = -1;

    private int checksumStart = COMPLETE;
    private int checksumField;
    private Segments segments = Segments.NONE;
    private int segmentSize;
    private int headerLength;

    /** Nothing is left to do. */
    public FrameOffload clear() {
        checksumStart = COMPLETE;
        checksumField = 0;
        segments = Segments.NONE;
        segmentSize = 0;
        headerLength = 0;
        return this;
    }

    /**
     * A checksum is to be computed.
     *
     * @param start of the bytes that it covers, to the end of the frame.
     * @param field offset of its two bytes, which hold the sum of the pseudo-header, not complemented.
     */
    public void checksum(int start, int field) {
        checksumStart = start;
        checksumField = field;
    }

    /**
     * The frame is to be cut, which includes its checksum.
     *
     * @param kind    how.
     * @param size    bytes of each segment's payload.
     * @param headers bytes that all segments begin with.
     */
    public void segments(Segments kind, int size, int headers) {
        segments = kind;
        segmentSize = size;
        headerLength = headers;
    }

    /** Offset of the bytes whose checksum is to be computed, or {@link #COMPLETE}. */
    public int checksumStart() {
        return checksumStart;
    }

    /** Offset of the checksum. */
    public int checksumField() {
        return checksumField;
    }

    /** What the frame is to be cut into. */
    public Segments segments() {
        return segments;
    }

    /** Bytes of a segment's payload. */
    public int segmentSize() {
        return segmentSize;
    }

    /** Bytes of the headers, from the frame's first one, that all segments begin with. */
    public int headerLength() {
        return headerLength;
    }
}
