package io.vfnic.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.vfnic.device.register.RegisterTrace;

/** Accesses that no register takes are told by function, address and page, and no guest can flood the log. */
class UndeclaredAccessLogTest {
    private final List<String> lines = new ArrayList<>();
    private final UndeclaredAccessLog log =
        new UndeclaredAccessLog((function, text) -> lines.add(function + ": " + text));

    @Test
    void tellsFunctionAddressAndPage() {
        log.undeclared("pf", "statistics", 0x4FFC, 0, false);
        log.undeclared("vf0", "interrupts", 0x1010, 0xABC, true);

        assertThat(lines).containsExactly("pf: read of 0x04ffc (statistics), where no register is",
            "vf0: write of 0xabc to 0x01010 (interrupts), where no register is");
    }

    @Test
    void tellsTheFirstSixteenOfEachPageOfAFunction() {
        for (int i = 0; i < 1000; i++) {
            log.undeclared("pf", "reserved", 0x7000 + 4 * i, 0, false);
        }
        log.undeclared("pf", "statistics", 0x4FFC, 0, false);
        log.undeclared("vf1", "reserved", 0x7000, 0, false);

        assertThat(lines).hasSize(18);
        assertThat(lines.get(15)).endsWith("the next ones in this page are not told");
    }

    @Test
    void costsNothingWhereNobodyReadsTheLog() {
        assertThat(UndeclaredAccessLog.forCard()).isSameAs(RegisterTrace.NONE);
    }
}
