package io.vfnic.server.session;

import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.vfnic.server.session.LogAllowance.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

/** A client that connects again and again does not fill the disk. */
class LogAllowanceTest {
    private final AtomicLong now = new AtomicLong(-1);
    private final LogAllowance allowance = new LogAllowance(now::get);

    @Test
    void aFloodIsToldUpToAPointOfWhichThereIsOneLastWord() {
        for (int i = 0; i < LogAllowance.MOST; i++) {
            assertThat(allowance.next()).isEqualTo(Verdict.TELL);
        }
        assertThat(allowance.next()).isEqualTo(Verdict.LAST_WORD);
        for (int i = 0; i < 1000; i++) {
            assertThat(allowance.next()).isEqualTo(Verdict.SILENCE);
        }
    }

    @Test
    void afterAWhileMessagesAreToldAgain() {
        for (int i = 0; i < 1000; i++) {
            allowance.next();
        }

        now.addAndGet(LogAllowance.INTERVAL_NANOS);

        assertThat(allowance.next()).isEqualTo(Verdict.TELL);
    }
}
