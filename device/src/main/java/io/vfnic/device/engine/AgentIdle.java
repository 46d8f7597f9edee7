package io.vfnic.device.engine;

import org.agrona.concurrent.IdleStrategy;

import java.util.function.BooleanSupplier;

/**
 * How an agent passes the time when there is nothing to do. The agent says what it waits for; other threads wake it
 * when they have handed it something.
 */
interface AgentIdle extends IdleStrategy {
    /** When the agent must look again although nobody wakes it, {@link System#nanoTime()}. Called by the agent. */
    void deadline(long nanoTime);

    /** Whether there may be work of which nobody tells. Called by the agent. */
    void lookOut(boolean needed);

    /** Ends a sleep under way; called by any thread after it has handed the agent something. */
    void wake();

    /** How often the agent went to sleep; any thread. */
    default long sleeps() {
        return 0;
    }

    /** How often somebody woke the agent; any thread. */
    default long wakeUps() {
        return 0;
    }

    /**
     * Has the agent look at what the caller has changed: while it sleeps the calling thread runs its duty cycle, a few
     * times at the most, which is cheaper than to wake it; else the agent does. Never called from within a duty cycle.
     *
     * @param cycle runs the agent's duty cycle once; returns whether there was work.
     */
    void ring(BooleanSupplier cycle);

    /** Lets the agent sleep no more, so that it sees at once that it is to end; called by any thread. */
    void end();
}
