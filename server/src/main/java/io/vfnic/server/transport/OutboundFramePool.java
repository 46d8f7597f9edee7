package io.vfnic.server.transport;

import java.util.ArrayDeque;

/**
 * Frames to send, kept for reuse so that replies allocate nothing. Confined to the event loop of its channel; frames
 * released elsewhere would break it.
 */
public final class OutboundFramePool {
    /** Any reply but bulk reads. */
    private static final int SMALL = 256;
    /** The bulk read of configuration space, a chunk of guest memory. */
    private static final int LARGE = 33 * 1024;
    private static final int SMALL_KEPT = 256;
    private static final int LARGE_KEPT = 8;

    private final ArrayDeque<OutboundFrame> small = new ArrayDeque<>(SMALL_KEPT);
    private final ArrayDeque<OutboundFrame> large = new ArrayDeque<>(LARGE_KEPT);

    /** A frame of this many bytes, which the caller writes to the channel or releases. */
    public OutboundFrame allocate(int length) {
        ArrayDeque<OutboundFrame> kept = length <= SMALL ? small : large;
        OutboundFrame frame = length <= LARGE ? kept.pollLast() : null;
        if (frame == null) {
            frame = new OutboundFrame(this, length <= SMALL ? SMALL : Math.max(length, LARGE));
        }
        frame.reuse(length);
        return frame;
    }

    void recycle(OutboundFrame frame) {
        if (frame.capacity() == SMALL && small.size() < SMALL_KEPT) {
            small.addLast(frame);
        } else if (frame.capacity() == LARGE && large.size() < LARGE_KEPT) {
            large.addLast(frame);
        }
    }
}
