package io.vfnic.device.engine;

import org.agrona.concurrent.IdleStrategy;

import java.util.function.BooleanSupplier;

/** An agent that never sleeps, and so needs neither to be woken nor to know when something is due. */
final class BusyIdle implements AgentIdle {
    private final IdleStrategy pause;

    /** @param pause between two looks; does not block. */
    BusyIdle(IdleStrategy pause) {
        this.pause = pause;
    }

    @Override
    public void idle(int workCount) {
        pause.idle(workCount);
    }

    @Override
    public void idle() {
        pause.idle();
    }

    @Override
    public void reset() {
        pause.reset();
    }

    @Override
    public void deadline(long nanoTime) {
        // It looks all the time.
    }

    @Override
    public void lookOut(boolean needed) {
        // It looks all the time.
    }

    @Override
    public void wake() {
        // It is awake.
    }

    @Override
    public void ring(BooleanSupplier cycle) {
        // It is awake.
    }

    @Override
    public void end() {
        // It is awake.
    }

    @Override
    public String alias() {
        return pause.alias();
    }
}
