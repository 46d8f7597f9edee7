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
    private static final EpollIoOps[] ADDABLE = {EpollIoOps.EPOLLIN, EpollIoOps.EPOLLOUT};

    /** What is always waited for, with each set of {@link #ADDABLE}: to change between them allocates nothing. */
    private final EpollIoOps[] states = new EpollIoOps[1 << ADDABLE.length];
    private int state;
    private IoRegistration registration;

    /** @param always what is waited for whatever else is, so that the end of a paused connection is seen. */
    EpollRegistration(EpollIoOps always) {
        for (int i = 0; i < states.length; i++) {
            states[i] = always;
            for (int bit = 0; bit < ADDABLE.length; bit++) {
                states[i] = (i & 1 << bit) == 0 ? states[i] : states[i].with(ADDABLE[bit]);
            }
        }
    }

    static boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop ioLoop && ioLoop.isCompatible(EpollIoHandle.class);
    }

    void register(EventLoop loop, EpollIoHandle handle, boolean waitNow, ChannelPromise promise) {
        ((IoEventLoop)loop).register(handle).addListener(future -> {
            if (future.isSuccess()) {
                registration = (IoRegistration)future.getNow();
                if (waitNow) {
                    registration.submit(states[state]);
                }
                promise.setSuccess();
            } else {
                promise.setFailure(future.cause());
            }
        });
    }

    /** @param added EPOLLIN or EPOLLOUT. */
    void add(EpollIoOps added) {
        change(state | bitOf(added));
    }

    /** @param removed EPOLLIN or EPOLLOUT. */
    void remove(EpollIoOps removed) {
        change(state & ~bitOf(removed));
    }

    /** @param asked EPOLLIN or EPOLLOUT. */
    boolean waitsFor(EpollIoOps asked) {
        return (state & bitOf(asked)) != 0;
    }

    private static int bitOf(EpollIoOps one) {
        for (int bit = 0; bit < ADDABLE.length; bit++) {
            if (ADDABLE[bit] == one) {
                return 1 << bit;
            }
        }
        throw new IllegalArgumentException("neither EPOLLIN nor EPOLLOUT: " + one);
    }

    private void change(int changed) {
        if (changed != state) {
            state = changed;
            if (registration != null) {
                registration.submit(states[state]);
            }
        }
    }

    /** Leaves the event loop; to be called before the descriptor is closed. */
    void cancel() {
        if (registration != null) {
            registration.cancel();
            registration = null;
            state = 0;
        }
    }
}
