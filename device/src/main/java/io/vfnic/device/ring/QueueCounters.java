package io.vfnic.device.ring;

import java.util.concurrent.atomic.AtomicLongArray;

/** What went through one queue since the card was started. Written by the agent that has the queue, read by anyone. */
public final class QueueCounters {
    private static final int FRAMES = 0;
    private static final int OCTETS = 1;

    private final AtomicLongArray values = new AtomicLongArray(2);
    private long frames;
    private long octets;

    /** Counts a frame, with the next {@link #publish}; its bytes are without the CRC. */
    void count(int length) {
        frames++;
        octets += length;
    }

    /** Shows others what was counted. */
    void publish() {
        values.setRelease(FRAMES, frames);
        values.setRelease(OCTETS, octets);
    }

    /** Frames, large sends by their segments. */
    public long frames() {
        return values.get(FRAMES);
    }

    /** Their bytes, without the CRC. */
    public long octets() {
        return values.get(OCTETS);
    }
}
