package io.vfnic.device.time;

/**
 * SYSTIM: a counter of 64 bits that wraps and to which every increment period adds the increment value (82576, register
 * TIMINCA: the period in units of 16 ns). Nothing counts here: the value is worked out from the card's clock.
 * <p>
 * Threading: any thread reads at any time, changes come from one thread at a time. Only changes allocate.
 */
public final class SystemTime {
    private static final int PERIOD_SHIFT = 24;
    private static final int INCREMENT = (1 << PERIOD_SHIFT) - 1;
    private static final long PERIOD_NANOS = 16;

    private volatile Rate rate = new Rate(0, 0, 0, 0);

    /** The counter held {@code base} at {@code since} and has gained {@code increment} every {@code period} since. */
    private record Rate(long base, long since, long increment, long period) {
        long ticks(long nanos) {
            return period == 0 ? 0 : Math.max(0, nanos - since) / period;
        }

        long at(long nanos) {
            return base + ticks(nanos) * increment;
        }
    }

    /** The counter at a time of the card's clock, nanoseconds. */
    public long at(long nanos) {
        return rate.at(nanos);
    }

    /**
     * Goes on at another rate.
     *
     * @param nanos   the time now.
     * @param timinca the register TIMINCA: value 23:0, period 31:24; either of them 0 stops the counter.
     */
    public void rate(long nanos, int timinca) {
        final Rate old = rate;
        final long period = (timinca >>> PERIOD_SHIFT) * PERIOD_NANOS;
        // What has passed of the tick under way counts on, else frequent changes would slow the clock down.
        final long since = old.period == 0 ? nanos : old.since + old.ticks(nanos) * old.period;
        rate = new Rate(old.at(nanos), since, timinca & INCREMENT, period);
    }

    /** Sets the counter. */
    public void set(long nanos, long value) {
        rate = new Rate(value, nanos, rate.increment, rate.period);
    }

    /** Adds to the counter, or takes from it. */
    public void adjust(long delta) {
        final Rate old = rate;
        rate = new Rate(old.base + delta, old.since, old.increment, old.period);
    }
}
