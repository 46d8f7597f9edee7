package io.vfnic.server.uplink;

import io.vfnic.device.spi.Parker;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Poll;
import io.vfnic.server.posix.PosixException;

/**
 * Where the agent of an uplink sleeps that has a descriptor: it wakes up when there is something to read, or when
 * somebody wakes it.
 */
final class PollParker implements Parker, AutoCloseable {
    private static final int WAKE_UP = 0;
    private static final int UPLINK = 1;

    private final EventFd wakeUp = EventFd.create();
    private final Poll poll = new Poll(2);
    private final Fd fd;
    private volatile boolean watching;
    private boolean watched;

    /** @param fd the uplink's; kept open by the caller until this is closed, and not watched at first. */
    PollParker(Fd fd) throws PosixException {
        this.fd = fd;
        poll.watch(WAKE_UP, wakeUp.fd(), Poll.IN);
    }

    /**
     * Says whether the descriptor is worth waiting for: one that is out of order would end each sleep at once. Called
     * by any thread.
     */
    void watch(boolean wanted) {
        if (watching != wanted) {
            watching = wanted;
            wakeUp.signal();
        }
    }

    @Override
    public void park(long nanos) {
        if (watched != watching) {
            watched = !watched;
            if (watched) {
                poll.watch(UPLINK, fd, Poll.IN);
            } else {
                poll.ignore(UPLINK);
            }
        }
        poll.await(nanos);
        if (poll.happened(WAKE_UP)) {
            wakeUp.drain();
        }
    }

    @Override
    public void unpark(Thread thread) {
        wakeUp.signal();
    }

    /** To be called when the agent is gone. */
    @Override
    public void close() {
        wakeUp.close();
        poll.close();
    }
}
