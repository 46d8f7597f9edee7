package io.vfnic.server.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * Has an event loop look for events and tasks all the time: it never sleeps, and so answers without being woken. A few
 * connections are asked themselves, which saves the system call that says which of them has something; epoll, asked
 * now and then, tells of everything else, and of the connections where they are many.
 */
public final class PollingIoHandler implements IoHandler {
    /** For Netty: as many events at once as there are. */
    private static final int EVENTS_GROW = 0;
    /** With more connections than that, asking each one costs more than asking epoll. */
    private static final int MAX_ASKED = 4;
    /** How often connections are asked between two looks at epoll and the loop's tasks. */
    private static final int ROUNDS = 32;

    private final IoHandler epoll;
    private final List<PolledHandle> polled = new ArrayList<>();
    private int rounds;

    private PollingIoHandler(ThreadAwareExecutor loop) {
        epoll = EpollIoHandler.newFactory(EVENTS_GROW, () -> (selectNow, hasTasks) -> selectNow.get())
            .newHandler(loop);
    }

    /** Makes such handlers, one for each event loop. */
    public static IoHandlerFactory newFactory() {
        return PollingIoHandler::new;
    }

    @Override
    public int run(IoHandlerContext context) {
        int handled = 0;
        do {
            handled += ask();
            rounds++;
        } while (handled == 0 && rounds < ROUNDS && polled.size() <= MAX_ASKED && context.canBlock());
        if (rounds >= ROUNDS || polled.isEmpty() || polled.size() > MAX_ASKED || !context.canBlock()) {
            rounds = 0;
            handled += epoll.run(context);
        }
        return handled;
    }

    /** Asks each connection, where they are few; returns how many had something. */
    private int ask() {
        int handled = 0;
        final boolean few = polled.size() <= MAX_ASKED;
        for (int i = polled.size() - 1; i >= 0; i--) {
            final PolledHandle handle = polled.get(i);
            if (!handle.isPollable()) {
                polled.remove(i);
            } else if (few && handle.poll()) {
                handled++;
            }
        }
        return handled;
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        final IoRegistration registration = epoll.register(handle);
        if (handle instanceof PolledHandle asked) {
            polled.add(asked);
        }
        return registration;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }
}
