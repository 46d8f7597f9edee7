package io.vfnic.server.uplink.unix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts together the frames of a stream that arrives in pieces of any size ({@link StreamFraming}). Bytes are received
 * at {@link #end()}; {@link #next()} then finds one frame after the other where it lies. Allocates nothing after
 * construction; one thread's.
 */
final class FrameAssembler {
    /** Room for many frames of usual size in one receive, and always for one of the longest behind a partial one. */
    static final int CAPACITY = 4 * StreamFraming.MAX_FRAME_LENGTH;

    private static final int LONGEST = StreamFraming.PREFIX_LENGTH + StreamFraming.MAX_FRAME_LENGTH;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
    private int start;
    private int end;
    private int frame;
    private int frameLength;

    /** Where the bytes are, from index 0. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Index at which the next bytes are to be received. */
    int end() {
        return end;
    }

    /** How many may be; never 0 once {@link #next()} has returned false. */
    int room() {
        return CAPACITY - end;
    }

    /** Says how many were received at {@link #end()}. */
    void received(int bytes) {
        end += bytes;
    }

    /**
     * Goes to the next whole frame; false where there is none yet.
     *
     * @throws BrokenStreamException where a length cannot be one: the stream means nothing from there on.
     */
    boolean next() throws BrokenStreamException {
        final int held = end - start;
        if (held >= StreamFraming.PREFIX_LENGTH) {
            final int length = buffer.getInt(start, ByteOrder.BIG_ENDIAN);
            if (!StreamFraming.isPossible(length)) {
                throw new BrokenStreamException(Integer.toUnsignedLong(length));
            }
            if (held >= StreamFraming.PREFIX_LENGTH + length) {
                frame = start + StreamFraming.PREFIX_LENGTH;
                frameLength = length;
                start = frame + length;
                return true;
            }
        }
        makeRoom(held);
        return false;
    }

    private void makeRoom(int held) {
        if (held == 0) {
            start = 0;
            end = 0;
        } else if (start > 0 && CAPACITY - start < LONGEST + StreamFraming.MAX_FRAME_LENGTH) {
            buffer.putBytes(0, buffer, start, held);
            start = 0;
            end = held;
        }
    }

    /** Index of the frame's first byte. */
    int frame() {
        return frame;
    }

    /** Bytes of the frame. */
    int frameLength() {
        return frameLength;
    }

    /** Forgets everything, for another stream. */
    void clear() {
        start = 0;
        end = 0;
    }
}
