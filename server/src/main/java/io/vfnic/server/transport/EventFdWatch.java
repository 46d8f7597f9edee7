package io.vfnic.server.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.vfnic.server.posix.EventFd;

/** Waits in an event loop for an eventfd that the other side signals, and owns it. For that event loop only. */
public final class EventFdWatch implements AutoCloseable {
    private final EventFd eventFd;
    private final Runnable signalled;
    private IoRegistration registration;
    private boolean closed;

    private EventFdWatch(EventFd eventFd, Runnable signalled) {
        this.eventFd = eventFd;
        this.signalled = signalled;
    }

    /**
     * Watches from now on.
     *
     * @param eventFd   closed with the watch.
     * @param signalled called by the event loop, once for any number of signals since it was called last.
     */
    public static EventFdWatch start(EventLoop loop, EventFd eventFd, Runnable signalled) {
        EventFdWatch watch = new EventFdWatch(eventFd, signalled);
        ((IoEventLoop)loop).register(watch.new Handle()).addListener(future -> {
            if (future.isSuccess()) {
                watch.registered((IoRegistration)future.getNow());
            }
        });
        return watch;
    }

    private void registered(IoRegistration made) {
        if (closed) {
            made.cancel();
        } else {
            registration = made;
            made.submit(EpollIoOps.EPOLLIN);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        eventFd.close();
    }

    private final class Handle implements EpollIoHandle {
        private final FileDescriptor fd = new FileDescriptor(eventFd.fd().number());

        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (!closed && eventFd.drain() > 0) {
                signalled.run();
            }
        }

        @Override
        public void close() {
            EventFdWatch.this.close();
        }
    }
}
