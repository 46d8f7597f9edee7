package io.vfnic.device.ring;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * The frames of one receive queue that wait for descriptors, in the order in which they came. Takes memory when the
 * first one has to wait, and keeps it. One agent's.
 */
final class HeldFrames {
    /** Holds a function's share and, since a frame does not wrap round, the longest frame at the end. */
    private static final int CAPACITY = PacketBuffer.LENGTH + 2 * (10 << 10);
    private static final int MAX_FRAMES = 1024;
    /** What a frame takes of the packet buffer beside its bytes, as the least: silicon keeps its status there, too. */
    private static final int UNIT = 64;

    private final PacketBuffer buffer;
    private final FrameView view = new FrameView();
    private final GatherList nothing = new GatherList(1);
    private UnsafeBuffer bytes;
    private Reception[] receptions;
    private int[] offsets;
    private int[] lengths;
    private int first;
    private int count;

    HeldFrames(PacketBuffer buffer) {
        this.buffer = buffer;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Keeps a copy of a frame; false where there is no room for it.
     *
     * @param share bytes that the function may fill.
     */
    boolean hold(FrameView frame, Reception reception, int share) {
        final int length = frame.length();
        if (bytes == null) {
            allocate();
        }
        final int offset = placeFor(length);
        if (offset < 0) {
            return false;
        }
        // First the copy: where the sender's memory fails under it, nothing has been taken that nobody would give back.
        frame.copyTo(0, bytes, offset, length);
        if (!buffer.take(charge(length), share)) {
            return false;
        }
        final int slot = first + count & MAX_FRAMES - 1;
        receptions[slot].copy(reception);
        offsets[slot] = offset;
        lengths[slot] = length;
        count++;
        return true;
    }

    /** The frame that has waited longest; valid until the next call. */
    FrameView firstFrame() {
        return view.wrap(bytes, offsets[first], lengths[first], nothing);
    }

    /** What is known of the frame that has waited longest. */
    Reception firstReception() {
        return receptions[first];
    }

    /**
     * The frame that has waited longest is done with. What is known of it stays readable until the next one is held.
     */
    void removeFirst() {
        buffer.giveBack(charge(lengths[first]));
        first = first + 1 & MAX_FRAMES - 1;
        count--;
    }

    /** Drops everything; returns how many frames that were. */
    int clear() {
        final int dropped = count;
        while (count > 0) {
            removeFirst();
        }
        return dropped;
    }

    private static int charge(int length) {
        return length + UNIT - 1 & -UNIT;
    }

    /** Where a frame may be kept: behind the last one, or at the start; -1 where there is no room. */
    private int placeFor(int length) {
        if (count == 0) {
            return length <= CAPACITY ? 0 : -1;
        }
        if (count == MAX_FRAMES) {
            return -1;
        }
        final int last = first + count - 1 & MAX_FRAMES - 1;
        final int end = offsets[last] + lengths[last];
        if (offsets[last] < offsets[first]) {
            return end + length <= offsets[first] ? end : -1;
        }
        return end + length <= CAPACITY ? end : length <= offsets[first] ? 0 : -1;
    }

    private void allocate() {
        bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
        offsets = new int[MAX_FRAMES];
        lengths = new int[MAX_FRAMES];
        receptions = new Reception[MAX_FRAMES];
        for (int i = 0; i < MAX_FRAMES; i++) {
            receptions[i] = new Reception();
        }
    }
}
