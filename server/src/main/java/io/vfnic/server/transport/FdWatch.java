package io.vfnic.server.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.vfnic.server.posix.Fd;

/** Waits in an event loop for a descriptor that is no channel's. For that event loop only. */
final class FdWatch implements AutoCloseable {
    private final FileDescriptor fd;
    private final EpollIoOps ops;
    private final Runnable ready;
    private final Runnable release;
    private IoRegistration registration;
    private boolean closed;

    private FdWatch(Fd fd, EpollIoOps ops, Runnable ready, Runnable release) {
        this.fd = new FileDescriptor(fd.number());
        this.ops = ops;
        this.ready = ready;
        this.release = release;
    }

    /**
     * Watches from now on.
     *
     * @param ops     what is waited for.
     * @param ready   called by the event loop.
     * @param release called when the watch, or the event loop, is closed; closes the descriptor.
     */
    static FdWatch start(EventLoop loop, Fd fd, EpollIoOps ops, Runnable ready, Runnable release) {
        FdWatch watch = new FdWatch(fd, ops, ready, release);
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
            made.submit(ops);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        release.run();
    }

    private final class Handle implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (!closed) {
                ready.run();
            }
        }

        @Override
        public void close() {
            FdWatch.this.close();
        }
    }
}
