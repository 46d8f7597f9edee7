package io.vfnic.device.engine;

import io.vfnic.device.spi.Parker;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * An agent that sleeps when there is nothing to do: it spins for a little while, then sleeps until
 * {@link #wake()}, a deadline, or its longest pause, whichever comes first.
 * <p>
 * Where drivers write their tails to mapped memory, nobody wakes the agent. It then sleeps for no longer than an eighth
 * of the time for which there has been nothing, up to its longest pause: a frame waits for no more than an eighth of
 * the silence before it, while guests that stay silent cost no more than one look each longest pause.
 */
final class BackoffIdle implements AgentIdle {
    private static final int SPINS = 32;
    private static final int YIELDS = 4;
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final int SILENCE_TO_PAUSE_SHIFT = 3;
    /** Duty cycles in a row that others run for the agent: with more to do than that, it is worth its while to wake. */
    private static final int LENT_CYCLES = 4;
    /** Between two looks whether a borrowed duty cycle is over; who runs it wakes the agent, too. */
    private static final long TAKE_BACK_PAUSE_NANOS = 50_000;

    private final long maxPauseNanos;
    private final NanoClock clock;
    private final Parker parker;
    private final AtomicLong sleeps = new AtomicLong();
    private final AtomicLong wakeUps = new AtomicLong();
    private final DutyTurn turn = new DutyTurn();
    private volatile Thread sleeper;
    private volatile boolean ended;
    private long deadline = Long.MAX_VALUE;
    private int rounds;
    private boolean lookOut;
    private boolean silent;
    private long silentSince;
    /** The deadline that the sleep under way ends at. */
    private long sleepDeadline;

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
    public void ring(BooleanSupplier cycle) {
        turn.ring();
        for (int i = 0; turn.isRung(); i++) {
            final DutyTurn.Borrowing borrowing = i < LENT_CYCLES ? turn.borrow() : DutyTurn.Borrowing.AWAKE;
            if (borrowing == DutyTurn.Borrowing.LEFT_TO_ANOTHER) {
                return;
            }
            if (borrowing == DutyTurn.Borrowing.AWAKE || !runLent(cycle)) {
                wake();
                return;
            }
        }
    }

    /** Runs duty cycles with the turn borrowed, which it gives back; returns whether the agent may sleep on. */
    private boolean runLent(BooleanSupplier cycle) {
        boolean done = false;
        boolean wantedBack;
        try {
            // A look-out sleeps by the time since the last work: it has to see the work itself.
            for (int i = 0; i < LENT_CYCLES && !done && !lookOut; i++) {
                done = !cycle.getAsBoolean();
            }
            done &= !lookOut && deadline >= sleepDeadline;
        } finally {
            wantedBack = turn.giveBack();
        }
        return done && !wantedBack;
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
        } else if (lookOut && round < SPINS + YIELDS) {
            // Where others ring, they serve themselves as soon as this one sleeps; on a busy machine a yield is long.
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
            sleepDeadline = deadline;
            turn.release();
            parker.park(pause);
            while (!turn.takeBack()) {
                parker.park(TAKE_BACK_PAUSE_NANOS);
            }
        }
    }
}
