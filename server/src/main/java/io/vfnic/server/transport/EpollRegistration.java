package io.vfnic.server.transport;

import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;

/**
 * What a channel waits for in its event loop's epoll. Level-triggered. Never asks for nothing at all: Netty would take
 * the descriptor out of epoll, and fail with ENOENT when it is asked for something again.
 */
final class EpollRegistration {
    private final EpollIoOps always;
    private EpollIoOps ops;
    private IoRegistration registration;

    /** @param always what is waited for whatever else is, so that the end of a paused connection is seen. */
    EpollRegistration(EpollIoOps always) {
        this.always = always;
        this.ops = always;
    }

    static boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop ioLoop && ioLoop.isCompatible(EpollIoHandle.class);
    }

    void register(EventLoop loop, EpollIoHandle handle, boolean waitNow, ChannelPromise promise) {
        ((IoEventLoop)loop).register(handle).addListener(future -> {
            if (future.isSuccess()) {
                registration = (IoRegistration)future.getNow();
                if (waitNow) {
                    registration.submit(ops);
                }
                promise.setSuccess();
            } else {
                promise.setFailure(future.cause());
            }
        });
    }

    void add(EpollIoOps added) {
        change(ops.with(added));
    }

    void remove(EpollIoOps removed) {
        change(ops.without(removed));
    }

    boolean waitsFor(EpollIoOps asked) {
        return ops.contains(asked);
    }

    private void change(EpollIoOps changed) {
        if (!changed.equals(ops)) {
            ops = changed;
            if (registration != null) {
                registration.submit(ops);
            }
        }
    }

    /** Leaves the event loop; to be called before the descriptor is closed. */
    void cancel() {
        if (registration != null) {
            registration.cancel();
            registration = null;
            ops = always;
        }
    }
}
