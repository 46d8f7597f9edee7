package io.vfnic.server.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollIoOps;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.TimerFd;

/**
 * Runs one task in an event loop after a time, again and again. Unlike the event loop's own timers it allocates nothing
 * when it is armed. For that event loop only.
 */
final class PauseTimer implements AutoCloseable {
    /** Told of once when it runs out, a timer needs not be read. */
    private static final EpollIoOps EDGE = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET);

    private final TimerFd timer;
    private final FdWatch watch;

    private PauseTimer(EventLoop loop, TimerFd timer, Runnable expired) {
        this.timer = timer;
        this.watch = FdWatch.start(loop, timer.fd(), EDGE, expired, timer::close);
    }

    /** @param expired called by the event loop each time that the timer runs out. */
    static PauseTimer create(EventLoop loop, Runnable expired) throws PosixException {
        return new PauseTimer(loop, TimerFd.create(), expired);
    }

    /** @param nanos more than 0; counted from now, instead of what has not run out yet. */
    void arm(long nanos) {
        timer.arm(nanos);
    }

    @Override
    public void close() {
        watch.close();
    }
}
