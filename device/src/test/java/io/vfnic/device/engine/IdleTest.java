package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.spi.Parker;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an agent without work does, under a clock that goes on by its sleeps alone. */
class IdleTest {
    private static final long MAX_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SHORTEST_PAUSE = TimeUnit.MICROSECONDS.toNanos(20);
    /** Rounds without work after which an agent sleeps in each further one. */
    private static final int ROUNDS_AWAKE = 100;

    private final List<Long> sleeps = new ArrayList<>();
    private long now = 1_000_000_000L;
    private final BackoffIdle idle = new BackoffIdle(MAX_PAUSE, () -> now, new Parker() {
        @Override
        public void park(long nanos) {
            sleep(nanos);
        }

        @Override
        public void unpark(Thread thread) {
            throw new AssertionError("nobody wakes it");
        }
    });

    private void sleep(long nanos) {
        sleeps.add(nanos);
        now += nanos;
    }

    private void idleFor(int rounds) {
        for (int i = 0; i < rounds; i++) {
            idle.idle(0);
        }
    }

    @Test
    @DisplayName("It looks some more times before it sleeps, and then sleeps for its longest pause each time")
    void longestPause() {
        idleFor(10);
        assertThat(sleeps).isEmpty();

        idleFor(ROUNDS_AWAKE);

        assertThat(sleeps).isNotEmpty().containsOnly(MAX_PAUSE);
    }

    @Test
    @DisplayName("Work keeps it awake, and has it look some times again before the next sleep")
    void work() {
        for (int i = 0; i < 1_000; i++) {
            idle.idle(0);
            idle.idle(1);
        }
        assertThat(sleeps).isEmpty();

        idleFor(ROUNDS_AWAKE);
        final int before = sleeps.size();
        idle.idle(1);
        idleFor(10);

        assertThat(sleeps).hasSize(before);
    }

    @Test
    @DisplayName("A deadline shortens its sleep; from then on it does not sleep until the deadline has changed")
    void deadline() {
        idle.deadline(now + 300_000);
        idleFor(ROUNDS_AWAKE);
        assertThat(sleeps).containsExactly(300_000L);

        idle.deadline(Long.MAX_VALUE);
        idleFor(1);

        assertThat(sleeps).containsExactly(300_000L, MAX_PAUSE);
    }

    @Test
    @DisplayName("Where nobody may tell of work it sleeps for an eighth of the silence at most, 20 us at the least")
    void lookOut() {
        idle.lookOut(true);
        final long start = now;
        idleFor(1_000);

        long silence = 0;
        for (long sleep : sleeps) {
            assertThat(sleep).isEqualTo(Math.clamp(silence / 8, SHORTEST_PAUSE, MAX_PAUSE));
            silence += sleep;
        }
        assertThat(now).isEqualTo(start + silence);
        assertThat(sleeps).endsWith(MAX_PAUSE);
    }

    @Test
    @DisplayName("Each bit of work starts the silence anew")
    void lookOutAfterWork() {
        idle.lookOut(true);
        idleFor(1_000);
        idle.idle(1);
        sleeps.clear();

        idleFor(ROUNDS_AWAKE);

        assertThat(sleeps).startsWith(SHORTEST_PAUSE);
    }

    @Test
    @DisplayName("Looks grow rare: the first 200 ones of a silence cover a second")
    void looksOfASecond() {
        idle.lookOut(true);
        final long start = now;

        idleFor(ROUNDS_AWAKE + 200);

        assertThat(now - start).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    @DisplayName("One that is to end sleeps no more")
    void end() {
        idle.end();

        idleFor(ROUNDS_AWAKE);

        assertThat(sleeps).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = IdleMode.class, names = {"SPIN", "YIELD"})
    @DisplayName("Busy agents look again at once, whatever they have been told")
    void busy(IdleMode mode) {
        final AgentIdle busy = mode.newIdle(TimeUnit.DAYS.toNanos(1), Parker.THREAD);
        busy.deadline(Long.MAX_VALUE);
        busy.lookOut(false);

        // Would take a day if it slept once.
        for (int i = 0; i < 10_000; i++) {
            busy.idle(0);
        }
        busy.wake();
        busy.end();
        busy.idle();

        assertThat(busy).isInstanceOf(BusyIdle.class);
    }
}
