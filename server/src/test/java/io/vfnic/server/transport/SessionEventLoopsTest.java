package io.vfnic.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session's event loop")
class SessionEventLoopsTest {
    private static final long NEVER = -1;

    private final Asked asked = new Asked();
    private final SessionEventLoops loops =
        new SessionEventLoops(1, new DefaultThreadFactory("loops", true), loop -> asked);

    @AfterEach
    void stop() throws Exception {
        asked.goOn.release(Integer.MAX_VALUE / 2);
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    @Test
    @DisplayName("waits for as long as nothing happens, so that no timer has to be armed")
    void waitsForever() throws Exception {
        loops.execute(() -> { });

        assertThat(asked.deadlines.take()).isEqualTo(NEVER);
    }

    @Test
    @DisplayName("wakes for what is scheduled")
    void wakesForTasks() throws Exception {
        loops.schedule(() -> { }, 1, TimeUnit.HOURS);
        asked.deadlines.take();
        asked.goOn.release();

        assertThat(asked.deadlines.take()).isGreaterThan(0);
    }

    /** Tells of the deadline that it may wait for, and waits until it is to go on instead. */
    private static final class Asked implements IoHandler {
        private final BlockingQueue<Long> deadlines = new LinkedBlockingQueue<>();
        private final Semaphore goOn = new Semaphore(0);

        @Override
        public int run(IoHandlerContext context) {
            deadlines.add(context.deadlineNanos());
            goOn.acquireUninterruptibly();
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return false;
        }

        @Override
        public void wakeup() {
            // It is woken by the test.
        }
    }
}
