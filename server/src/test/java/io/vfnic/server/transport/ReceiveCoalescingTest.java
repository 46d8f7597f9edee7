package io.vfnic.server.transport;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.vfnic.server.transport.ReceiveCoalescing.DOORBELL;
import static org.assertj.core.api.Assertions.assertThat;

class ReceiveCoalescingTest {
    private static final long MICROSECOND = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MAX_PAUSE = 300 * MICROSECOND;

    private final ReceiveCoalescing coalescing = new ReceiveCoalescing(MAX_PAUSE);
    private long now = TimeUnit.HOURS.toNanos(1);

    /** Receives as many doorbells, so many microseconds after the last. */
    private long receive(int doorbells, long afterMicroseconds, boolean answered) {
        now += afterMicroseconds * MICROSECOND;
        return coalescing.pauseAfter((long)doorbells * DOORBELL, answered, now);
    }

    /** One doorbell each so many microseconds, by a driver that knows nothing of pauses; returns the last pause. */
    private long ring(long intervalMicroseconds, long durationMicroseconds) {
        long pause = 0;
        long rung = 0;
        for (long time = 0; time < durationMicroseconds; ) {
            long step = Math.max(intervalMicroseconds, pause / MICROSECOND);
            time += step;
            rung += step;
            int doorbells = (int)(rung / intervalMicroseconds);
            rung -= doorbells * intervalMicroseconds;
            pause = receive(doorbells, step, false);
        }
        return pause;
    }

    @ParameterizedTest(name = "a doorbell every {0} us makes pauses of {1} to {2} us")
    @CsvSource({"4, 64, 128", "8, 128, 256", "15, 240, 300", "40, 300, 300"})
    void gathersSixteenToThirtyTwoDoorbells(long interval, long shortest, long longest) {
        assertThat(ring(interval, 50_000)).isBetween(shortest * MICROSECOND, longest * MICROSECOND);
    }

    @Test
    void doesNotPauseWhileDoorbellsAreRare() {
        // Ten doorbells a millisecond are the least that is many: this is eight.
        assertThat(ring(125, 50_000)).isZero();
    }

    @Test
    void doesNotPauseForABurstAfterSilence() {
        ring(125, 5_000);

        assertThat(receive(40, 5_000, false)).isZero();
    }

    @Test
    void neverPausesAClientThatWaitsForAnswers() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(receive(1, 4, true)).isZero();
        }
    }

    @Test
    void endsPausesAtOnceWhenAnAnswerWasSent() {
        assertThat(ring(12, 10_000)).isPositive();

        assertThat(receive(10, 100, true)).isZero();
        assertThat(receive(1, 4, false)).isZero();
    }

    @Test
    void givesUpAndRestsWhenPausesGatherNothing() {
        // A client whose next packet waits for what its last one brings: it rings fast, but once in a pause.
        assertThat(ring(20, 5_000)).isPositive();

        long pause = 0;
        for (int i = 0; i < ReceiveCoalescing.MAX_MISSES; i++) {
            pause = receive(1, 300, false);
        }

        assertThat(pause).isZero();
        assertThat(ring(20, TimeUnit.NANOSECONDS.toMicros(ReceiveCoalescing.REST))).isZero();
        assertThat(ring(20, 5_000)).isPositive();
    }

    @Test
    void goesOnAfterAPauseThatGatheredLittle() {
        assertThat(ring(20, 5_000)).isPositive();

        for (int i = 0; i < 100; i++) {
            assertThat(receive(1, 100, false)).isPositive();
            assertThat(receive(8, 100, false)).isPositive();
        }
    }

    @Test
    void neverPausesLongerThanItMay() {
        ReceiveCoalescing brief = new ReceiveCoalescing(50 * MICROSECOND);
        for (int i = 0; i < 1_000; i++) {
            now += 50 * MICROSECOND;
            assertThat(brief.pauseAfter(5 * DOORBELL, false, now)).isLessThanOrEqualTo(50 * MICROSECOND);
        }
    }
}
