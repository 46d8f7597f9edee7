package io.vfnic.device.frame;

import org.agrona.UnsafeApi;

/**
 * Copies of some ten to some hundred bytes, by eight at a time in line.
 *
 * <p>The JVM's routine writes the last part of what it copies by a masked store, from which no load can be forwarded:
 * who reads the copy at once waits for the store to reach the cache.
 */
final class ShortCopy {
    /** Where the JVM's routine becomes the faster one. */
    static final int LONGEST = 192;

    private ShortCopy() {
    }

    /** Copies {@code length} bytes, 0 or more, between places that do not overlap; nothing is checked. */
    static void copy(byte[] from, long fromOffset, byte[] to, long toOffset, int length) {
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int i = 0; i < last; i += Long.BYTES) {
                UnsafeApi.putLong(to, toOffset + i, UnsafeApi.getLong(from, fromOffset + i));
            }
            UnsafeApi.putLong(to, toOffset + last, UnsafeApi.getLong(from, fromOffset + last));
        } else {
            for (int i = 0; i < length; i++) {
                UnsafeApi.putByte(to, toOffset + i, UnsafeApi.getByte(from, fromOffset + i));
            }
        }
    }
}
