package io.vfnic.device.engine;

import io.vfnic.device.jfr.AgentStall;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What an agent does, counted. Written by whoever runs its duty cycle, read by anyone. It goes by the time that each
 * duty cycle reads anyway: a cycle with work lasts until the next one begins, for no agent sleeps in between.
 */
final class AgentActivity {
    /** What is counted. */
    enum Counter {
        /** Duty cycles. */
        CYCLES,
        /** Of these, cycles in which there was work. */
        BUSY_CYCLES,
        /** How long those took, nanoseconds. */
        BUSY_NANOS,
        /** Frames handed to other agents. */
        RELAYED,
        /** Cycles that took longer than {@link #STALL_NANOS}. */
        STALLS
    }

    /** Longer than this no duty cycle should take: that is what a driver's rings bridge at the port's speed. */
    static final long STALL_NANOS = 10_000_000;

    private final String agent;
    private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);
    private long begun;
    private boolean busy;

    /** @param agent the agent's name. */
    AgentActivity(String agent) {
        this.agent = agent;
    }

    /** A duty cycle begins. */
    void begin(long now) {
        pause(now);
        begun = now;
    }

    /** It was gone through. */
    void end(int work) {
        add(Counter.CYCLES, 1);
        if (work > 0) {
            busy = true;
            add(Counter.BUSY_CYCLES, 1);
        }
    }

    /** The last duty cycle is over, and the next one does not begin at once. */
    void pause(long now) {
        if (busy) {
            busy = false;
            final long nanos = now - begun;
            add(Counter.BUSY_NANOS, nanos);
            if (nanos > STALL_NANOS) {
                add(Counter.STALLS, 1);
                AgentStall.happened(agent, nanos);
            }
        }
    }

    /** A frame was handed to another agent. */
    void relayed() {
        add(Counter.RELAYED, 1);
    }

    /** The value now. */
    long get(Counter counter) {
        return values.get(counter.ordinal());
    }

    private void add(Counter counter, long amount) {
        final int index = counter.ordinal();
        values.setRelease(index, values.getPlain(index) + amount);
    }
}
