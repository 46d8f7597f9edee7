package io.vfnic.device.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How a session learns that an agent holds nothing of a function's old state: it counts its requests, and the agent
 * says up to which of them it has come at a quiesce point. Resets are requests that stop the queues, too.
 */
final class Quiescence {
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong resetsRequested = new AtomicLong();
    private final AtomicReference<Runnable> whenQuiet = new AtomicReference<>();
    private volatile long answered;
    private long passed;
    private long resetsDone;

    /** Asks for a quiesce point; the caller rings the agent (session). */
    void request() {
        requested.incrementAndGet();
    }

    /** Asks for a reset at the next quiesce point (session). */
    void requestReset() {
        resetsRequested.incrementAndGet();
    }

    /** Whether every request has been answered (session). */
    boolean isQuiet() {
        return answered >= requested.get();
    }

    /** Calls back when {@link #isQuiet()}, from the agent or at once (session). */
    void whenQuiet(Runnable callback) {
        whenQuiet.set(callback);
        callBackIfQuiet();
    }

    /** The agent is at a quiesce point, and follows in a moment what has been written before the requests up to now. */
    void pass() {
        passed = requested.get();
    }

    /** Whether a reset has been asked for since the last call. */
    boolean takeReset() {
        final long resets = resetsRequested.get();
        final boolean isNew = resets != resetsDone;
        resetsDone = resets;
        return isNew;
    }

    /** Whoever asked before the last quiesce point may go on. */
    void answer() {
        answered = passed;
        callBackIfQuiet();
    }

    private void callBackIfQuiet() {
        if (isQuiet()) {
            final Runnable callback = whenQuiet.getAndSet(null);
            if (callback != null) {
                callback.run();
            }
        }
    }
}
