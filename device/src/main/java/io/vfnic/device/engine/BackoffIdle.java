package io.vfnic.device.engine;

import io.vfnic.device.spi.Parker;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An agent that sleeps when there is nothing to do: it spins and yields for a little while, then sleeps until
 * {@link #wake()}, a deadline, or its longest pause, whichever comes first.
 * <p>
 * Where drivers write their tails to mapped memory, nobody wakes the agent. It then sleeps for no longer than an eighth of
 * the time for which there has been nothing, up to its longest pause: a frame waits for no more than an eighth of the
 * silence before it, while guests that stay silent cost no more than one look each longest pause.
 */
final class BackoffIdle implements AgentIdle {
    private static final int SPINS = 32;
    private static final int YIELDS = 4;
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final int SILENCE_TO_PAUSE_SHIFT = 3;

    private final long maxPauseNanos;
    private final NanoClock clock;
    private final Parker parker;
    private final AtomicLong sleeps = new AtomicLong();
    private final AtomicLong wakeUps = new AtomicLong();
    private volatile Thread sleeper;
    private volatile boolean ended;
    private long deadline = Long.MAX_VALUE;
    private int rounds;
    private boolean lookOut;
    private boolean silent;
    private long silentSince;

    /** @param maxPauseNanos the longest that the agent sleeps unless it is woken. */
    BackoffIdle(long maxPauseNanos) {
        this(maxPauseNanos, Parker.THREAD);
    }

    /** @param parker how its thread sleeps. */
    BackoffIdle(long maxPauseNanos, Parker parker) {
        this(maxPauseNanos, SystemNanoClock.INSTANCE, parker);
    }

    BackoffIdle(long maxPauseNanos, NanoClock clock, Parker parker) {
        this.maxPauseNanos = maxPauseNanos;
        this.clock = clock;
        this.parker = parker;
    }

    @Override
    public void deadline(long nanoTime) {
        deadline = nanoTime;
    }

    @Override
    public void lookOut(boolean needed) {
        lookOut = needed;
    }

    @Override
    public void end() {
        ended = true;
        wake();
    }

    @Override
    public void wake() {
        // Orders the hand-over before the look at the sleeper, as the sleeper orders its mark before its last look.
        VarHandle.fullFence();
        final Thread thread = sleeper;
        if (thread != null) {
            wakeUps.incrementAndGet();
            parker.unpark(thread);
        }
    }

    @Override
    public long sleeps() {
        return sleeps.get();
    }

    @Override
    public long wakeUps() {
        return wakeUps.get();
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        final int round = rounds++;
        if (round < SPINS) {
            Thread.onSpinWait();
        } else if (round < SPINS + YIELDS) {
            Thread.yield();
        } else if (sleeper == null) {
            // Marked first; the agent looks once more before it sleeps, so that no wake-up falls between.
            sleeper = Thread.currentThread();
        } else {
            sleep();
        }
    }

    @Override
    public void reset() {
        rounds = 0;
        silent = false;
        if (sleeper != null) {
            sleeper = null;
        }
    }

    @Override
    public String alias() {
        return "wakeable-backoff";
    }

    /** For how long there has been nothing to do, from the first sleep on. */
    private long silence() {
        final long now = clock.nanoTime();
        if (!silent) {
            silent = true;
            silentSince = now;
        }
        return now - silentSince;
    }

    private void sleep() {
        long pause = maxPauseNanos;
        if (lookOut) {
            pause = Math.min(pause, Math.max(SHORTEST_PAUSE_NANOS, silence() >> SILENCE_TO_PAUSE_SHIFT));
        }
        if (deadline != Long.MAX_VALUE) {
            pause = Math.min(pause, deadline - clock.nanoTime());
        }
        if (pause > 0 && !ended) {
            sleeps.setRelease(sleeps.getPlain() + 1);
            parker.park(pause);
        }
    }
}
