package io.vfnic.device.ring;

import java.util.concurrent.atomic.AtomicLongArray;

/** What went through one queue since the card was started. Written by the agent that has the queue, read by anyone. */
public final class QueueCounters {
    private static final int FRAMES = 0;
    private static final int OCTETS = 1;

    private final AtomicLongArray values = new AtomicLongArray(2);

    /** Counts a frame; its bytes are without the CRC. */
    void count(int octets) {
        values.setRelease(FRAMES, values.getPlain(FRAMES) + 1);
        values.setRelease(OCTETS, values.getPlain(OCTETS) + octets);
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
