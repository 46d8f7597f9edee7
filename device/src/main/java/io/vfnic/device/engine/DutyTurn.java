package io.vfnic.device.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whose turn an agent's duty cycle is: its own thread's, or while that sleeps that of one thread that rings it. Who
 * hands it on makes visible to the next all that it has done.
 */
final class DutyTurn {
    private static final int OWN = 0;
    private static final int FREE = 1;
    private static final int LENT = 2;

    /** What a thread that wants the turn meets. */
    enum Borrowing {
        /** It has the turn, and gives it back. */
        DONE,
        /** The agent's own thread has it and may be about to sleep: it is to be woken. */
        AWAKE,
        /** Another thread has borrowed it, and looks once more on our behalf. */
        LEFT_TO_ANOTHER
    }

    private final AtomicInteger state = new AtomicInteger(OWN);
    /** Somebody wants the agent to look, who may have met the turn in another's hands. */
    private volatile boolean rung;
    private volatile boolean wantedBack;

    /** The agent goes to sleep: others may have the turn (agent). */
    void release() {
        state.set(FREE);
    }

    /** The agent has woken; where this returns false another has the turn, and will wake the agent (agent). */
    boolean takeBack() {
        if (state.compareAndSet(FREE, OWN)) {
            wantedBack = false;
            return true;
        }
        wantedBack = true;
        return false;
    }

    /** Asks for a look at what has changed before the call. */
    void ring() {
        rung = true;
    }

    /** Whether somebody has rung since the turn was borrowed last. */
    boolean isRung() {
        return rung;
    }

    /** Takes the turn while the agent sleeps; after {@link #ring()}. */
    Borrowing borrow() {
        final int holder = state.compareAndExchange(FREE, LENT);
        if (holder == FREE) {
            rung = false;
            return Borrowing.DONE;
        }
        return holder == OWN ? Borrowing.AWAKE : Borrowing.LEFT_TO_ANOTHER;
    }

    /** Gives the turn back, and returns whether the agent waits for it and is to be woken. */
    boolean giveBack() {
        state.set(FREE);
        return wantedBack;
    }
}
