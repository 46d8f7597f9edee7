package io.vfnic.load;

import org.agrona.concurrent.UnsafeBuffer;

/** Bytes that tell their place in a stream, so that one out of place shows. */
final class Pattern {
    private Pattern() {
    }

    static byte at(long position) {
        return (byte)(position ^ position >>> 8 ^ position >>> 17);
    }

    static void fill(UnsafeBuffer buffer, int index, int length, long position) {
        for (int i = 0; i < length; i++) {
            buffer.putByte(index + i, at(position + i));
        }
    }

    static boolean matches(UnsafeBuffer buffer, int index, int length, long position) {
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(index + i) != at(position + i)) {
                return false;
            }
        }
        return true;
    }
}
