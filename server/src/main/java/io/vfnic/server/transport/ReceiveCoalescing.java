package io.vfnic.server.transport;

import java.util.concurrent.TimeUnit;

/**
 * Says how long a socket is to be left alone after a receive, so that the next one takes many posted doorbells at a
 * time. While a guest rings for every packet, waking for each doorbell costs the host's CPUs more than the packet does,
 * and where these are the guests' as well, the guests lack it.
 *
 * <p>Pauses begin when a client has sent {@value #BUSY_BYTES} bytes a millisecond that nobody had to answer, and go on
 * for as long as they gather doorbells: a client whose next packet waits for an answer to its last one rings no more in
 * a pause than without. Pauses grow and shrink so that 16 to 32 doorbells come together: few enough for a ring not to
 * run dry.
 *
 * <p>For the event loop of one channel.
 */
final class ReceiveCoalescing {
    /** A REGION_WRITE of four bytes: a header of 16, offset, region and count of 16, and the data. */
    static final int DOORBELL = 36;

    static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(1);
    static final int BUSY_BYTES = 10 * DOORBELL;
    static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(100);
    static final long REST = TimeUnit.MILLISECONDS.toNanos(10);
    static final int MAX_MISSES = 4;
    private static final int TOO_FEW = 4 * DOORBELL;
    private static final int FEW = 16 * DOORBELL;
    private static final int MANY = 32 * DOORBELL;

    private final long maxPause;
    private long pause;
    private int misses;
    /** Of the window in which a client without pauses is watched; in the future while that rests. */
    private long windowStart;
    private long windowBytes;

    /** @param maxPause nanoseconds; 0 never pauses. */
    ReceiveCoalescing(long maxPause) {
        this.maxPause = maxPause;
    }

    /** Whether it may ever pause. */
    boolean isOn() {
        return maxPause > 0;
    }

    /**
     * After all that has come so far is handled.
     *
     * @param bytes    received since the last call.
     * @param answered whether anything has been sent since the last call: the client may wait for it.
     * @param now      nanoseconds, monotonic.
     * @return nanoseconds in which nothing is to be received; 0 for none.
     */
    long pauseAfter(long bytes, boolean answered, long now) {
        if (answered) {
            pause = 0;
            watchFrom(now);
        } else if (pause == 0) {
            watch(bytes, now);
        } else {
            adapt(bytes, now);
        }
        return pause;
    }

    private void watch(long bytes, long now) {
        long elapsed = now - windowStart;
        windowBytes += bytes;
        if (elapsed >= WINDOW) {
            // What was sent in a longer time was not sent fast.
            if (windowBytes * WINDOW >= BUSY_BYTES * elapsed) {
                pause = Math.min(FIRST_PAUSE, maxPause);
                misses = 0;
            }
            watchFrom(now);
        } else if (elapsed < 0) {
            windowBytes = 0;
        }
    }

    private void adapt(long bytes, long now) {
        if (bytes >= TOO_FEW) {
            misses = 0;
        } else if (++misses == MAX_MISSES) {
            pause = 0;
            watchFrom(now + REST);
            return;
        }
        if (bytes > MANY) {
            pause -= pause / 2;
        } else if (bytes < FEW) {
            pause = Math.min(pause + pause / 4, maxPause);
        }
    }

    private void watchFrom(long start) {
        windowStart = start;
        windowBytes = 0;
    }
}
