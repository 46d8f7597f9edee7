package io.vfnic.server.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollIoOps;
import io.vfnic.server.posix.EventFd;

/** Waits in an event loop for an eventfd that the other side signals, and owns it. For that event loop only. */
public final class EventFdWatch implements AutoCloseable {
    private final FdWatch watch;

    private EventFdWatch(FdWatch watch) {
        this.watch = watch;
    }

    /**
     * Watches from now on.
     *
     * @param eventFd   closed with the watch.
     * @param signalled called by the event loop, once for any number of signals since it was called last.
     */
    public static EventFdWatch start(EventLoop loop, EventFd eventFd, Runnable signalled) {
        return new EventFdWatch(FdWatch.start(loop, eventFd.fd(), EpollIoOps.EPOLLIN, () -> {
            if (eventFd.drain() > 0) {
                signalled.run();
            }
        }, eventFd::close));
    }

    @Override
    public void close() {
        watch.close();
    }
}
