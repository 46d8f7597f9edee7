package io.vfnic.testkit.guest;

import java.util.SplittableRandom;

/** Ethernet frames for tests, without CRC. */
public final class Frames {
    /** Destination and source address and type. */
    public static final int HEADER_LENGTH = 14;
    /** Shortest frame without CRC. */
    public static final int MIN_LENGTH = 60;

    private static final int MAC_LENGTH = 6;
    private static final int EXPERIMENTAL_TYPE = 0x88B5;

    private Frames() {
    }

    /**
     * A frame of an experimental type whose payload is pseudo-random, so that a byte out of place shows.
     *
     * @param length of the frame, {@link #HEADER_LENGTH} or more.
     * @param seed   makes the payload.
     */
    public static byte[] of(byte[] destination, byte[] source, int length, long seed) {
        byte[] frame = new byte[length];
        byte[] payload = new byte[length - HEADER_LENGTH];
        new SplittableRandom(seed).nextBytes(payload);
        System.arraycopy(destination, 0, frame, 0, MAC_LENGTH);
        System.arraycopy(source, 0, frame, MAC_LENGTH, MAC_LENGTH);
        frame[2 * MAC_LENGTH] = (byte)(EXPERIMENTAL_TYPE >> 8);
        frame[2 * MAC_LENGTH + 1] = (byte)EXPERIMENTAL_TYPE;
        System.arraycopy(payload, 0, frame, HEADER_LENGTH, payload.length);
        return frame;
    }

    /** The broadcast address. */
    public static byte[] broadcast() {
        return new byte[]{-1, -1, -1, -1, -1, -1};
    }
}
