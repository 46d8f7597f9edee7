package io.vfnic.device.igb;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Guards what the card's functions share: mailbox, filters, VMDq registers, and the PF driver that runs on them.
 * Sessions of several functions and the control plane take it; engine agents never do, they work from the copy of the
 * switch's registers that is published when the outermost holder leaves.
 */
public final class ControlLock {
    private final ReentrantLock lock = new ReentrantLock();
    private final Runnable publish;
    private boolean changed;

    /** @param publish called, with the lock held, once for any number of {@link #switchChanged()}. Does not block. */
    ControlLock(Runnable publish) {
        this.publish = publish;
    }

    /** Takes the lock; may be nested. */
    public void enter() {
        lock.lock();
    }

    /** Leaves what {@link #enter()} took. */
    public void leave() {
        try {
            if (changed && lock.getHoldCount() == 1) {
                changed = false;
                publish.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action} with the lock held. */
    public void run(Runnable action) {
        enter();
        try {
            action.run();
        } finally {
            leave();
        }
    }

    /** Runs {@code access} with the lock held. */
    int locked(IntSupplier access) {
        enter();
        try {
            return access.getAsInt();
        } finally {
            leave();
        }
    }

    /** A register that decides where frames go has changed. The lock is held. */
    void switchChanged() {
        changed = true;
    }
}
