package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vfnic.device.frame.GatherList;
import io.vfnic.device.ring.Frame;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What other threads hand to an agent: commands, frames, wake-ups. */
class AgentHandoverTest {
    private static final long NEVER = TimeUnit.DAYS.toNanos(1);

    private static Frame frame(int length) {
        final UnsafeBuffer bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(length + 16));
        bytes.setMemory(16, length, (byte)length);
        final Frame frame = new Frame();
        frame.view().wrap(bytes, 16, length, new GatherList(1));
        return frame.describe(Frame.UNTAGGED, false, 0);
    }

    @Test
    @DisplayName("A frame is never left behind the padding at the ring's end: as long as frames are "
        + "offered, drain finds some")
    void framesBehindPadding() {
        final AtomicInteger received = new AtomicInteger();
        final FrameRing ring = new FrameRing(new BackoffIdle(1), (frame, pools) -> received.incrementAndGet());
        for (int i = 1; i <= 5000; i++) {
            assertThat(ring.offer(frame(60 + i % 9000), 1)).isTrue();

            assertThat(ring.drain()).isPositive();
            assertThat(received).hasValue(i);
        }
    }

    @Test
    @DisplayName("A command is never left behind the padding at the ring's end")
    void commandsBehindPadding() {
        final AgentInbox inbox = new AgentInbox(new BackoffIdle(1), null);
        for (int i = 0; i < 10_000; i++) {
            final int pool = i % 8;
            inbox.quiesce(pool);

            assertThat(inbox.drain((type, buffer, index, length) -> {
                assertThat(type).isEqualTo(AgentInbox.QUIESCE);
                assertThat(buffer.getInt(index)).isEqualTo(pool);
            })).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("An agent that would sleep for a day wakes for every hand-over: none gets lost on its way to sleep")
    void noLostWakeUp() {
        final int rounds = 20_000;
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger answered = new AtomicInteger();
        final BackoffIdle idle = new BackoffIdle(NEVER);
        final Thread agent = new Thread(() -> {
            while (answered.get() < rounds) {
                final int work = asked.get() - answered.get();
                answered.addAndGet(work);
                idle.idle(work);
            }
        });
        agent.setDaemon(true);
        agent.start();

        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int i = 1; i <= rounds; i++) {
                asked.set(i);
                idle.wake();
                // Long enough at times for the agent to fall asleep.
                for (int spin = 0; spin < i % 64 * 50; spin++) {
                    Thread.onSpinWait();
                }
                while (answered.get() < i) {
                    Thread.onSpinWait();
                }
            }
            agent.join();
        });
    }

    @Test
    @DisplayName("A deadline that has passed does not let the agent sleep, one to come ends its sleep")
    void deadline() {
        final BackoffIdle idle = new BackoffIdle(NEVER);

        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            for (long ahead : new long[] {-1_000_000, 0, 1_000_000}) {
                idle.deadline(System.nanoTime() + ahead);
                for (int i = 0; i < 50; i++) {
                    idle.idle(0);
                }
            }
        });
    }
}
