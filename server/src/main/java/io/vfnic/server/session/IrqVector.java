package io.vfnic.server.session;

import java.util.concurrent.atomic.AtomicInteger;

import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.server.posix.EventFd;

/**
 * An interrupt vector as the client has wired it: an eventfd, and a mask that keeps one interrupt pending. A vector
 * that masks itself (INTx) is masked by each interrupt until the client unmasks it, as Linux's VFIO does it; it is a
 * level, and whether an interrupt is pending at that time only the card can tell.
 * <p>
 * {@link #raise()} may be called by any thread; the rest by the event loop.
 */
final class IrqVector implements InterruptSignal {
    private static final int MASKED = 1;
    private static final int PENDING = 2;

    private final boolean automasked;
    private final AtomicInteger state = new AtomicInteger();
    private volatile EventFd eventFd;

    IrqVector(boolean automasked) {
        this.automasked = automasked;
    }

    @Override
    public void raise() {
        if (automasked) {
            if ((state.getAndSet(MASKED) & MASKED) != 0) {
                return;
            }
        } else if ((state.get() & MASKED) != 0) {
            int before = state.getAndUpdate(value -> (value & MASKED) != 0 ? value | PENDING : value);
            if ((before & MASKED) != 0) {
                return;
            }
        }
        signal();
    }

    /** Signals whatever the mask says: the client asked for it. */
    void trigger() {
        signal();
    }

    private void signal() {
        EventFd current = eventFd;
        if (current != null) {
            current.signal();
        }
    }

    void mask() {
        state.getAndUpdate(value -> value | MASKED);
    }

    void unmask() {
        if ((state.getAndSet(0) & PENDING) != 0) {
            raise();
        }
    }

    boolean isWired() {
        return eventFd != null;
    }

    /** Replaces the eventfd at once, so that no interrupt is lost in between; null for none. */
    void wire(EventFd replacement) {
        EventFd old = eventFd;
        eventFd = replacement;
        if (replacement == null) {
            state.set(0);
        }
        if (old != null) {
            old.close();
        }
    }
}
