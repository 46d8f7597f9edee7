package io.vfnic.device.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The pace of a transmit queue (82576, RTTBCNRC and RTTBCNRM)")
final class RateLimiterTest {
    private static final int ENABLE = 1 << 31;
    private static final int FRAME = 1518;
    private static final int WINDOW_KIB = 0x14;
    private static final long SECOND = 1_000_000_000;
    /** The clock of the system may be negative. */
    private long now = -7_000_000_000L;
    private final RateLimiter limiter = new RateLimiter();

    @ParameterizedTest(name = "{0} Mbit/s of 1000 in frames of {1} octets")
    @CsvSource({"1,1518", "10,1518", "10,64", "50,1518", "100,64", "100,9728", "333,1518", "999,64", "1000,1518"})
    @DisplayName("The factor is the link's rate over the queue's: so many octets leave in a second")
    void rate(int megabits, int octets) {
        limiter.configure(factorOf(megabits), WINDOW_KIB, now);

        final long sent = send(octets, SECOND, 20_000);

        assertThat(sent * 8).isBetween(megabits * 999_000L - octets * 8L, megabits * 1_001_000L + octets * 8L);
    }

    @Test
    @DisplayName("Without RS_ENA there is no limit, and a factor below 1 means the link's rate")
    void noLimit() {
        limiter.configure(factorOf(1) & ~ENABLE, WINDOW_KIB, now);
        limiter.resume(now, false);
        for (int i = 0; i < 1_000; i++) {
            limiter.charge(FRAME);
        }
        assertThat(limiter.isDue(now)).isTrue();

        limiter.configure(ENABLE, WINDOW_KIB, now);
        assertThat(send(FRAME, SECOND, 20_000) * 8).isBetween(999_000_000L, 1_001_000_000L);
    }

    @ParameterizedTest(name = "{0} Mbit/s: {1} KiB")
    @CsvSource({"1,20", "8,20", "64,156", "512,1250"})
    @DisplayName("A queue that was idle sends a burst of MMW_SIZE or 20 ms at most, however long it was idle")
    void burst(int megabits, int burst) {
        limiter.configure(factorOf(megabits), WINDOW_KIB, now);
        now += 60 * SECOND;
        limiter.resume(now, false);

        int sent = 0;
        while (limiter.isDue(now)) {
            limiter.charge(1024);
            sent++;
        }

        assertThat(sent).isBetween(burst, burst + 1);
    }

    @Test
    @DisplayName("A queue that was held back catches up what its agent overslept, up to 100 ms")
    void oversleeping() {
        limiter.configure(factorOf(8), WINDOW_KIB, now);
        assertThat(octetsAfter(20_000_000)).isBetween(20_000L, 20_000L + FRAME);
        assertThat(octetsAfter(5 * SECOND)).isBetween(100_000L - FRAME, 100_000L + FRAME);
    }

    @Test
    @DisplayName("A limit written again as it was does not give a queue a fresh start, another one does")
    void rewritten() {
        limiter.configure(factorOf(1), WINDOW_KIB, now);
        limiter.charge(9728);

        limiter.configure(factorOf(1), WINDOW_KIB, now);
        assertThat(limiter.isDue(now)).isFalse();

        limiter.configure(factorOf(100), WINDOW_KIB, now);
        assertThat(limiter.isDue(now)).isTrue();
    }

    /** Sends all the time, looked at in regular intervals. */
    private long send(int octets, long nanos, long interval) {
        long sent = 0;
        for (final long end = now + nanos; now < end; now += interval) {
            limiter.resume(now, true);
            while (limiter.isDue(now)) {
                limiter.charge(octets);
                sent += octets;
            }
        }
        return sent;
    }

    private long octetsAfter(long pause) {
        now += pause;
        limiter.resume(now, true);
        long sent = 0;
        while (limiter.isDue(now)) {
            limiter.charge(FRAME);
            sent += FRAME;
        }
        return sent;
    }

    /** RTTBCNRC as Linux' igb computes it for a link of 1000 Mbit/s. */
    private static int factorOf(int megabits) {
        final int whole = 1000 / megabits;
        final int rest = ((1000 - whole * megabits) << 14) / megabits;
        return ENABLE | whole << 14 | rest;
    }
}
