package io.vfnic.load;

/**
 * What arrived in a time.
 *
 * @param frames as the receivers counted them.
 * @param bytes  of these frames, without CRC.
 * @param nanos  that it took.
 */
public record Throughput(long frames, long bytes, long nanos) {
    private static final double NANOS_OF_A_SECOND = 1e9;

    /** Packets per second. */
    public double packetRate() {
        return frames * NANOS_OF_A_SECOND / nanos;
    }

    /** Bits per second. */
    public double bitRate() {
        return bytes * Byte.SIZE * NANOS_OF_A_SECOND / nanos;
    }
}
