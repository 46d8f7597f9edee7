package io.vfnic.server.posix;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class TimerFdTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(20);

    @Test
    void becomesReadableAfterItsTimeAndNotBefore() throws Exception {
        try (Poll poll = new Poll(1); TimerFd timer = TimerFd.create()) {
            poll.watch(0, timer.fd(), Poll.IN);
            poll.await(2 * MILLISECOND);
            assertThat(poll.happened(0)).isFalse();

            long start = System.nanoTime();
            timer.arm(5 * MILLISECOND);
            poll.await(LONG_ENOUGH);

            assertThat(poll.happened(0)).isTrue();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5 * MILLISECOND);
        }
    }

    @Test
    void isNotReadableAnyMoreWhenItIsArmedAgain() throws Exception {
        try (Poll poll = new Poll(1); TimerFd timer = TimerFd.create()) {
            poll.watch(0, timer.fd(), Poll.IN);
            timer.arm(1);
            poll.await(LONG_ENOUGH);
            assertThat(poll.happened(0)).isTrue();

            timer.arm(LONG_ENOUGH);
            poll.await(MILLISECOND);

            assertThat(poll.happened(0)).isFalse();
        }
    }

    @Test
    void refusesATimeThatWouldDisarmIt() throws Exception {
        try (TimerFd timer = TimerFd.create()) {
            assertThatThrownBy(() -> timer.arm(0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
