package io.vfnic.device.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Native memory that plays the guest's: pieces lie apart, with bytes around them that no result may depend on. */
final class ScatteredMemory implements AutoCloseable {
    private static final int GAP = 64;
    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> segments = new ArrayList<>();
    private final byte surroundings;

    ScatteredMemory() {
        this((byte) 0xA5);
    }

    ScatteredMemory(byte surroundings) {
        this.surroundings = surroundings;
    }

    /** Puts the bytes into memory of their own and returns the host address. */
    long place(byte[] data, int from, int length) {
        MemorySegment segment = arena.allocate(length + 2L * GAP).fill(surroundings);
        MemorySegment.copy(MemorySegment.ofArray(data), from, segment, GAP, length);
        segments.add(segment);
        return segment.address() + GAP;
    }

    /** The data from {@code offset} on in pieces of the given lengths, the rest in a last piece. */
    GatherList scatter(byte[] data, int offset, int... lengths) {
        GatherList list = new GatherList(lengths.length + 1);
        int at = offset;
        for (int length : lengths) {
            list.add(place(data, at, length), length);
            at += length;
        }
        list.add(place(data, at, data.length - at), data.length - at);
        return list;
    }

    /** The data from {@code offset} on in pieces of random lengths, many of them odd and short. */
    GatherList scatter(byte[] data, int offset, Random random) {
        GatherList list = new GatherList(data.length + 1);
        int longest = random.nextBoolean() ? 7 : Math.max(1, data.length);
        for (int at = offset; at < data.length; ) {
            int length = Math.min(data.length - at, 1 + random.nextInt(longest));
            list.add(place(data, at, length), length);
            at += length;
        }
        return list;
    }

    /** A view of the frame: {@code inHeader} bytes in a scratch with room before and behind, the rest scattered. */
    FrameView frame(byte[] bytes, int inHeader, Random random) {
        return new FrameView().wrap(scratch(bytes, inHeader), GAP, inHeader, scatter(bytes, inHeader, random));
    }

    /** A view of the frame as a transmit ring holds it: all of it scattered, the first bytes copied to the scratch. */
    FrameView wholeFrame(byte[] bytes, int inHeader, Random random) {
        return new FrameView().wrapWhole(scratch(bytes, inHeader), GAP, inHeader, scatter(bytes, 0, random));
    }

    private UnsafeBuffer scratch(byte[] bytes, int inHeader) {
        return new UnsafeBuffer(place(bytes, 0, inHeader) - GAP, inHeader + 2 * GAP);
    }

    /** The bytes a view shows. */
    static byte[] bytes(FrameView frame) {
        UnsafeBuffer copy = new UnsafeBuffer(new byte[frame.length()]);
        frame.copyTo(0, copy, 0, frame.length());
        return copy.byteArray();
    }

    /** True if no byte around a piece has changed. Tags inserted in a scratch count as a change. */
    boolean isUndamaged() {
        for (MemorySegment segment : segments) {
            for (int i = 0; i < GAP; i++) {
                if (segment.get(ValueLayout.JAVA_BYTE, i) != surroundings
                        || segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1 - i) != surroundings) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }
}
