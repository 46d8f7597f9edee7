package io.vfnic.server.uplink.unix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames on their way out, in the order in which they were put, each with its length before it as on a stream
 * ({@link StreamFraming}): a bounded buffer. From its front a stream is sent any number of bytes at a time, or
 * datagrams frame by frame. Allocates nothing after construction; one thread's.
 * <p>
 * Behind what is to be sent there are only zeros. A copy from guest memory whose file has been cut short leaves some of
 * the frame as it was, and the JVM may tell of that when the frame is long put: what a peer is sent in its place must
 * not be what other guests have sent before.
 */
final class OutboundFrames {
    /** At least half of it can hold frames. */
    static final int CAPACITY = 1 << 20;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
    private int start;
    private int end;
    /** From here on there are only zeros; beyond the end where a frame was begun. */
    private int written;

    /** Where the bytes are. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Begins a frame and returns the index at which its bytes are to be written; -1 where there is no room, and it has
     * to be dropped. One that was begun and not {@linkplain #commit() put} is forgotten.
     */
    int begin(int length) {
        forgetBegun();
        final int needed = StreamFraming.PREFIX_LENGTH + length;
        if (CAPACITY - end < needed && !makeRoom(needed)) {
            return -1;
        }
        buffer.putInt(end, length, ByteOrder.BIG_ENDIAN);
        written = end + needed;
        return end + StreamFraming.PREFIX_LENGTH;
    }

    /** Puts the frame that was begun behind the others: its bytes have been written. */
    void commit() {
        end = written;
    }

    private void forgetBegun() {
        if (written > end) {
            zero(end, written);
            written = end;
        }
    }

    /** Moving pays off only where much has been sent: then no byte is moved twice before as many have been put. */
    private boolean makeRoom(int needed) {
        final int held = end - start;
        if (start < CAPACITY / 2 || CAPACITY - held < needed) {
            return false;
        }
        // What is held fits into the half before it: the two do not overlap.
        buffer.putBytes(0, buffer, start, held);
        zero(start, end);
        start = 0;
        end = held;
        written = held;
        return true;
    }

    private void zero(int from, int to) {
        buffer.setMemory(from, to - from, (byte)0);
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
        zero(start, start + bytes);
        start += bytes;
        if (start == end) {
            clear();
        }
    }

    /** Bytes of the first frame; only where nothing or all of it has been sent. */
    int frameLength() {
        return buffer.getInt(start, ByteOrder.BIG_ENDIAN);
    }

    /** Index of the first frame's first byte. */
    int frame() {
        return start + StreamFraming.PREFIX_LENGTH;
    }

    /** Says that the first frame is out, or given up. */
    void frameSent() {
        sent(StreamFraming.PREFIX_LENGTH + frameLength());
    }

    /** Forgets everything, for another stream. */
    void clear() {
        zero(start, written);
        start = 0;
        end = 0;
        written = 0;
    }
}
