package io.vfnic.device.frame;

import org.agrona.DirectBuffer;

/**
 * The Toeplitz hash of receive-side scaling: every set bit of the input contributes the 32 key bits that begin at its
 * position. One table per input byte holds the contributions of its 256 values. Not thread-safe.
 */
public final class Toeplitz {
    /** Bytes of a key. */
    public static final int KEY_LENGTH = 40;
    /** Greatest input: two IPv6 addresses and two ports; the key has no bits for more. */
    public static final int MAX_INPUT = KEY_LENGTH - Integer.BYTES;

    private final int[] tables = new int[MAX_INPUT << 8];

    /** A hash with a key of zeros, which is 0 for every input. */
    public Toeplitz() {
    }

    /**
     * Takes a key, in the byte order of the RSSRK registers (byte 0 first), and computes the tables anew.
     *
     * @throws IndexOutOfBoundsException if the 40 bytes are not inside the buffer
     */
    public void key(DirectBuffer key, int index) {
        key.boundsCheck(index, KEY_LENGTH);
        for (int position = 0; position < MAX_INPUT; position++) {
            long window = 0;
            for (int i = 0; i < 5; i++) {
                window = window << 8 | key.getByte(index + position + i) & 0xFF;
            }
            int table = position << 8;
            for (int value = 1; value < 256; value++) {
                int lowest = Integer.numberOfTrailingZeros(value);
                tables[table | value] = tables[table | value & value - 1] ^ (int) (window >>> lowest + 1);
            }
        }
    }

    /**
     * Adds input bytes to a hash.
     *
     * @param hash hash of the bytes before these, 0 if there are none
     * @param position how many they are; {@code position + length} at most {@link #MAX_INPUT}
     * @param input holds the bytes in network order
     */
    public int add(int hash, int position, DirectBuffer input, int index, int length) {
        int result = hash;
        for (int i = 0; i < length; i++) {
            result ^= tables[position + i << 8 | input.getByte(index + i) & 0xFF];
        }
        return result;
    }
}
