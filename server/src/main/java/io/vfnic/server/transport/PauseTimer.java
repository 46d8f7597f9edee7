package io.vfnic.server.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.TimerFd;

/**
 * Runs one task in an event loop after a time, again and again. Unlike the event loop's own timers it allocates nothing
 * when it is armed. For that event loop only.
 */
final class PauseTimer implements AutoCloseable {
    private final TimerFd timer;
    private final Runnable expired;
    private IoRegistration registration;
    private boolean closed;

    private PauseTimer(TimerFd timer, Runnable expired) {
        this.timer = timer;
        this.expired = expired;
    }

    /** @param expired called by the event loop each time that the timer runs out. */
    static PauseTimer create(EventLoop loop, Runnable expired) throws PosixException {
        PauseTimer made = new PauseTimer(TimerFd.create(), expired);
        ((IoEventLoop)loop).register(made.new Handle()).addListener(future -> {
            if (future.isSuccess()) {
                made.registered((IoRegistration)future.getNow());
            }
        });
        return made;
    }

    private void registered(IoRegistration given) {
        if (closed) {
            given.cancel();
        } else {
            registration = given;
            // Told of once when it runs out, it needs not be read.
            given.submit(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET));
        }
    }

    /** @param nanos more than 0; counted from now, instead of what has not run out yet. */
    void arm(long nanos) {
        timer.arm(nanos);
    }

    @Override
    public void close() {
        closed = true;
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        timer.close();
    }

    private final class Handle implements EpollIoHandle {
        private final FileDescriptor fd = new FileDescriptor(timer.fd().number());

        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (!closed) {
                expired.run();
            }
        }

        @Override
        public void close() {
            PauseTimer.this.close();
        }
    }
}
