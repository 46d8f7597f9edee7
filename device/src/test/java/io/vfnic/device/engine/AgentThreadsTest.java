package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.spi.AgentThreads;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the host learns of the engine's threads. */
@Timeout(60)
class AgentThreadsTest {
    private static final long MAX_PAUSE = TimeUnit.HOURS.toNanos(1);

    private record Start(int agent, String thread) {
    }

    private final BlockingQueue<Start> starts = new LinkedBlockingQueue<>();
    private final AgentThreads threads = agent -> starts.add(new Start(agent, Thread.currentThread().getName()));

    @Test
    @DisplayName("Each agent's own thread says its number when it starts")
    void numbers() throws InterruptedException {
        try (Engine engine = engine(3)) {
            engine.start();
            final Map<Integer, String> started = new HashMap<>();
            for (int i = 0; i < 3; i++) {
                final Start start = starts.take();
                started.put(start.agent(), start.thread());
            }

            assertThat(started).isEqualTo(Map.of(0, "vfnic-engine-0", 1, "vfnic-engine-1", 2, "vfnic-engine-2"));
        }
        assertThat(starts).isEmpty();
    }

    @Test
    @DisplayName("An agent for a client whose memory is reached by messages is an extra one")
    void extra() throws InterruptedException {
        final GuestModel guest = new GuestModel(0, new InterruptState(), GuestModel.newRam());
        try (Engine engine = engine(1)) {
            engine.add(guest.pool);
            engine.publish(new TestSwitch(1).registers());
            engine.start();
            assertThat(starts.take().agent()).isZero();

            guest.mapByMessage(0, GuestModel.RAM_LENGTH);
            guest.connect();
            guest.pool.busMaster(true);
            guest.start();

            assertThat(starts.take()).isEqualTo(new Start(AgentThreads.EXTRA, "vfnic-messages-0"));
        }
    }

    private Engine engine(int agents) {
        return new Engine(agents, IdleMode.BACKOFF, MAX_PAUSE, SystemNanoClock.INSTANCE, threads, error -> {
            throw new AssertionError(error);
        });
    }
}
