package io.vfnic.server.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Event loops that wait for as long as nothing happens. Netty's own wake up once a second to clear cancelled tasks away,
 * and so read the clock, arm a timer and cancel it again for each register access that they wait for. A session has no
 * task scheduled, so that there is nothing to clear away.
 */
public final class SessionEventLoops extends MultiThreadIoEventLoopGroup {
    /**
     * Makes them.
     *
     * @param loops   how many, each with a thread of its own.
     * @param threads makes the threads.
     * @param handler how they wait.
     */
    public SessionEventLoops(int loops, ThreadFactory threads, IoHandlerFactory handler) {
        super(loops, threads, handler);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handler, Object... none) {
        return new Loop(this, executor, handler);
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        Loop(SessionEventLoops parent, Executor executor, IoHandlerFactory handler) {
            super(parent, executor, handler);
        }

        @Override
        protected long deadlineNanos() {
            // -1, which is "never" for an IoHandler, where no task is scheduled.
            return nextScheduledTaskDeadlineNanos();
        }
    }
}
