package io.vfnic.device.watch;

/**
 * How often something that guests can bring about at will is told: at once, and then once in a second with what there
 * was meanwhile. One thread's.
 */
public final class WatchPace {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private boolean told;
    private long last;
    private long count;

    /**
     * It has happened once more.
     *
     * @param now nanoseconds.
     * @return how often since it was last told, where it is to be told now; else 0.
     */
    public long happened(long now) {
        count++;
        if (told && now - last < INTERVAL_NANOS) {
            return 0;
        }
        told = true;
        last = now;
        final long result = count;
        count = 0;
        return result;
    }
}
