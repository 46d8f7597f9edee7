package io.vfnic.server.uplink.unix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames on their way to a stream ({@link StreamFraming}), in the order in which they were put: a bounded buffer from
 * whose front any number of bytes can be sent at a time. Allocates nothing after construction; one thread's.
 */
final class OutboundStream {
    /** At least half of it can hold frames. */
    static final int CAPACITY = 1 << 20;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
    private int start;
    private int end;

    /** Where the bytes are. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Begins a frame and returns the index at which its bytes are to be written; -1 where there is no room, and it has to
     * be dropped.
     */
    int put(int length) {
        final int needed = StreamFraming.PREFIX_LENGTH + length;
        if (CAPACITY - end < needed && !makeRoom(needed)) {
            return -1;
        }
        buffer.putInt(end, length, ByteOrder.BIG_ENDIAN);
        final int frame = end + StreamFraming.PREFIX_LENGTH;
        end += needed;
        return frame;
    }

    /** Moving pays off only where much has been sent: then no byte is moved twice before as many have been put. */
    private boolean makeRoom(int needed) {
        final int held = end - start;
        if (start < CAPACITY / 2 || CAPACITY - held < needed) {
            return false;
        }
        buffer.putBytes(0, buffer, start, held);
        start = 0;
        end = held;
        return true;
    }

    /** Index of the first byte that is to be sent. */
    int start() {
        return start;
    }

    /** How many are to be sent. */
    int length() {
        return end - start;
    }

    /** Says how many were. */
    void sent(int bytes) {
        start += bytes;
        if (start == end) {
            clear();
        }
    }

    /** Forgets everything, for another stream. */
    void clear() {
        start = 0;
        end = 0;
    }
}
