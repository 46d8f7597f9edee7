package io.vfnic.device.ring;

/**
 * Spaces frames so that they leave at a fraction of the link's rate, as RTTBCNRC asks of the 82576's rate scheduler:
 * after each frame the next one is due when this one would have been sent at the limited rate.
 * <p>
 * Who comes late may catch up, within bounds. A queue that had nothing to send catches up by the bytes that RTTBCNRM
 * says, so its bursts are no longer than that; but those are meant for a processor that is late by microseconds, and a
 * virtual one is late by a slice of its host's scheduler: it has 20 ms at least. A queue that had frames and was held
 * back is not to pay for the agent's oversleeping: it catches up by as much as 100 ms.
 * <p>
 * The limit outlives its queue: whoever stops and starts that, or resets the function, finds the same pace. One
 * agent's.
 */
public final class RateLimiter {
    /** RTTBCNRC.RF_INT and RF_DEC: the link's rate over the queue's, with 14 fractional bits. */
    private static final int FACTOR = 0x0FFF_FFFF;
    private static final int FRACTION_BITS = 14;
    /** RTTBCNRC.RS_ENA. */
    private static final int ENABLE = 1 << 31;
    /** RTTBCNRM.MMW_SIZE, in KiB. */
    private static final int WINDOW = 0x3FF;
    private static final int WINDOW_UNIT = 1024;
    /** A byte takes this long at 1000 Mbit/s, the card's only speed. */
    private static final int NANOS_PER_BYTE = 8;
    private static final long LONGEST_DELAY_NANOS = 100_000_000;
    private static final long SHORTEST_WINDOW_NANOS = 20_000_000;
    /** What was held leaves in batches as long as this, so that an agent need not wake for each small frame. */
    private static final long BATCH_NANOS = 250_000;

    private long factor;
    private long windowNanos;
    private long nextFrame;

    /**
     * Takes over the registers. A limit that stays as it is keeps its pace; one that changes begins anew.
     *
     * @param control RTTBCNRC of the queue.
     * @param window  RTTBCNRM.
     * @param now     the agent's clock, nanoseconds.
     */
    public void configure(int control, int window, long now) {
        // A factor below one would be a rate above the link's.
        final long wanted = (control & ENABLE) != 0 ? Math.max(control & FACTOR, 1 << FRACTION_BITS) : 0;
        if (wanted != factor) {
            factor = wanted;
            nextFrame = now;
        }
        windowNanos = Math.max(nanos((window & WINDOW) * WINDOW_UNIT), SHORTEST_WINDOW_NANOS);
    }

    /**
     * Frames are about to be taken from the queue: forgets what it may not catch up.
     *
     * @param now  the agent's clock, nanoseconds.
     * @param held whether they were held back before.
     */
    public void resume(long now, boolean held) {
        nextFrame = Math.max(nextFrame, now - (held ? LONGEST_DELAY_NANOS : windowNanos));
    }

    /** Whether a frame may leave. */
    public boolean isDue(long now) {
        return factor == 0 || now - nextFrame >= 0;
    }

    /** Whether there is a limit. */
    public boolean isLimiting() {
        return factor != 0;
    }

    /**
     * A frame has left.
     *
     * @param octets its length with tag and CRC.
     */
    public void charge(int octets) {
        nextFrame += nanos(octets);
    }

    /** When the queue is to be looked at again whose next frame is not due, nanoseconds. */
    public long nextLook() {
        return nextFrame + BATCH_NANOS;
    }

    private long nanos(int octets) {
        return (long)octets * NANOS_PER_BYTE * factor >>> FRACTION_BITS;
    }
}
