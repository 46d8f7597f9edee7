package io.vfnic.device.time;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A register pair that holds one timestamp until it is read: as long as it does, no other is taken (82576, TXSTMP and
 * RXSTMP). Agents capture, the driver's session reads and releases.
 */
public final class TimestampLatch {
    private static final int EMPTY = 0;
    private static final int BEING_TAKEN = 1;
    private static final int VALID = 2;

    private final AtomicInteger state = new AtomicInteger();
    private volatile long stamp;
    private volatile long attributes;

    /**
     * Takes a timestamp, unless there is one.
     *
     * @param value SYSTIM.
     * @param what  RXSATR: what tells the frame from others; 0 for frames that were sent.
     * @return whether it was taken.
     */
    boolean capture(long value, long what) {
        if (!state.compareAndSet(EMPTY, BEING_TAKEN)) {
            return false;
        }
        stamp = value;
        attributes = what;
        state.set(VALID);
        return true;
    }

    /** Whether there is a timestamp that was not read. */
    public boolean isValid() {
        return state.get() == VALID;
    }

    /** The timestamp taken last. */
    public long stamp() {
        return stamp;
    }

    /** What was captured with it. */
    public long attributes() {
        return attributes;
    }

    /** Makes room for the next timestamp. */
    public void release() {
        state.compareAndSet(VALID, EMPTY);
    }

    void clear() {
        stamp = 0;
        attributes = 0;
        state.set(EMPTY);
    }
}
