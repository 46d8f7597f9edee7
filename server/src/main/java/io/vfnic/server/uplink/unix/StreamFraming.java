package io.vfnic.server.uplink.unix;

/**
 * How frames follow each other on a stream: the length in four bytes, big-endian, then so many bytes of the frame from
 * its destination address on, without CRC. QEMU and passt speak it; nothing is negotiated.
 */
final class StreamFraming {
    /** Bytes before each frame. */
    static final int PREFIX_LENGTH = 4;
    /**
     * Longest frame that is believed. passt gives up a peer that sends more than 65,535 bytes, QEMU one that sends more
     * than 69,632; a length beyond that comes of a peer that speaks something else.
     */
    static final int MAX_FRAME_LENGTH = 65_536;

    private StreamFraming() {
    }

    /** Whether a prefix, unsigned, can be the length of a frame. */
    static boolean isPossible(int length) {
        return length > 0 && length <= MAX_FRAME_LENGTH;
    }
}
