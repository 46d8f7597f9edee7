package io.vfnic.device.engine;

/**
 * How often the PF's driver hears of a queue that spoofs: at most once in 10 ms, so that a VF that does nothing else
 * cannot keep the PF's guest busy with interrupts. Nothing is lost by that, for what the driver reads is a bit for each
 * queue (WVBR). One agent's.
 */
final class SpoofPace {
    private static final long INTERVAL_NANOS = 10_000_000;

    private final long[] last;
    private int reported;

    /** @param queues whose numbers are 0 and on, up to 32. */
    SpoofPace(int queues) {
        last = new long[queues];
    }

    /** Whether a spoofed frame of a queue is to be reported now; if so, the next ones are not for a while. */
    boolean mayReport(int queue, long now) {
        final int bit = 1 << queue;
        if ((reported & bit) != 0 && now - last[queue] < INTERVAL_NANOS) {
            return false;
        }
        reported |= bit;
        last[queue] = now;
        return true;
    }
}
