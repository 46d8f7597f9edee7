package io.vfnic.server.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.server.posix.EventFd;

/**
 * Frees the threads that a client has caught in a write to one of its eventfds, whose counter it can fill and whose
 * O_NONBLOCK it can clear at any time: an agent, or an event loop, which other clients need.
 * <p>
 * Who writes does nothing for it. A thread of its own looks, as long as there are eventfds, ten times a second whether
 * a write is under way, and only where one is whether the counter is full, as that of a client which means no harm
 * never is. Any thread may call it.
 */
public final class EventFdWatchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFdWatchdog.class);
    private static final long INTERVAL_NANOS = 100_000_000L;

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofPlatform().daemon().name("vfnic-watchdog").unstarted(this::run);
    private volatile boolean closing;

    private EventFdWatchdog() {
    }

    /** An eventfd, and what is to be done when a thread was caught. */
    private record Watched(EventFd eventFd, Runnable caught) {
    }

    /** Watches from now on. */
    public static EventFdWatchdog start() {
        EventFdWatchdog watchdog = new EventFdWatchdog();
        watchdog.thread.start();
        return watchdog;
    }

    /**
     * Watches an eventfd until it is closed.
     *
     * @param caught called when a thread was caught in a write to it, which is closed by then; by the watchdog's
     *               thread, perhaps several times.
     */
    void watch(EventFd eventFd, Runnable caught) {
        watched.add(new Watched(eventFd, caught));
        // It may have found none a moment ago.
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closing) {
            if (watched.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, INTERVAL_NANOS);
                watched.removeIf(this::isOver);
            }
        }
    }

    private boolean isOver(Watched one) {
        try {
            if (one.eventFd().rescue()) {
                one.caught().run();
            }
        } catch (RuntimeException e) {
            LOG.error("an eventfd is not watched well", e);
        }
        return one.eventFd().isClosed();
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
    }
}
