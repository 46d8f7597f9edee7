package io.vfnic.device.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.concurrent.atomic.AtomicInteger;

/** Causes, masks and the sending of interrupts (82576 facts, section 2.5). */
class VectorUnitTest {
    private static final int FIRST = InterruptState.firstVectorOfVf(1);
    private static final int BIT = 1 << FIRST;
    private static final long START = 5_000_000_000L;

    private final InterruptState state = new InterruptState();
    private final VectorUnit unit = new VectorUnit(state, FIRST, 3);
    private final int[] raised = new int[3];

    @BeforeEach
    void signals() {
        for (int v = 0; v < 3; v++) {
            final int vector = v;
            unit.signal(v, () -> raised[vector]++);
        }
        state.unmask(BIT);
        state.autoMasking(true);
    }

    @Test
    @DisplayName("Vector v of VF n is device vector 22 - 3n + v")
    void numbering() {
        assertThat(InterruptState.firstVectorOfVf(0)).isEqualTo(22);
        assertThat(InterruptState.firstVectorOfVf(6)).isEqualTo(4);
        assertThat(InterruptState.firstVectorOfVf(7)).isEqualTo(1);
    }

    @Test
    @DisplayName("A cause of another function is not this one's to send")
    void window() {
        state.unmask(-1);
        state.raise(BIT << 3 | BIT >>> 1);

        assertThat(unit.poll(START)).isZero();
        assertThat(state.causes()).isEqualTo(BIT << 3 | BIT >>> 1);

        state.raise(BIT << 2);
        assertThat(unit.poll(START)).isEqualTo(1);
        assertThat(raised).containsExactly(0, 0, 1);
    }

    @Test
    @DisplayName("A masked cause waits for its unmasking and is sent once")
    void masked() {
        state.mask(BIT);
        state.raise(BIT);
        assertThat(unit.poll(START)).isZero();

        state.unmask(BIT);
        assertThat(unit.poll(START)).isEqualTo(1);
        assertThat(unit.poll(START)).isZero();
    }

    @Test
    @DisplayName("A masked cause that the driver reads and so clears is not sent on unmasking")
    void readBeforeUnmask() {
        state.mask(BIT);
        state.raise(BIT);
        assertThat(state.clearCauses(-1)).isEqualTo(BIT);

        state.unmask(BIT);

        assertThat(unit.poll(START)).isZero();
    }

    @Test
    @DisplayName("Masking and unmasking with the cause still set (EIAC off) sends again")
    void unmaskPending() {
        state.raise(BIT);
        unit.poll(START);
        state.mask(BIT);
        state.unmask(BIT);

        assertThat(unit.poll(START)).isEqualTo(1);
        assertThat(state.causes()).isEqualTo(BIT);
    }

    @Test
    @DisplayName("EIAC and EIAM act on the vector that is sent and on no other")
    void autoBits() {
        state.autoClear(BIT, -1);
        state.autoMask(BIT * 7, BIT);
        state.unmask(BIT << 1);
        state.raise(BIT | BIT << 1);

        assertThat(unit.poll(START)).isEqualTo(2);

        assertThat(state.causes()).isEqualTo(BIT << 1);
        assertThat(state.mask()).isEqualTo(BIT << 1);
        assertThat(state.autoClear()).isEqualTo(BIT);
        state.autoMask(BIT, 0);
        assertThat(state.autoMask()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"488,122000", "980,245000", "196,49000", "56,14000", "3,0", "4,1000", "0x7FFC,8191000",
        "0x80007FFF,8191000",
        "0x8000,0"})
    @DisplayName("EITR bits 14:2 are microseconds; the other bits do not lengthen the interval")
    void interval(String eitr, long nanos) {
        state.moderation(FIRST, Long.decode(eitr).intValue());
        state.raise(BIT);
        unit.poll(START);
        state.raise(BIT);

        if (nanos > 0) {
            assertThat(unit.poll(START + nanos - 1)).isZero();
            assertThat(unit.nextDeadline()).isEqualTo(START + nanos);
        }
        assertThat(unit.poll(START + nanos)).isEqualTo(1);
        assertThat(unit.nextDeadline()).isEqualTo(VectorUnit.NO_DEADLINE);
        assertThat(raised[0]).isEqualTo(2);
    }

    @Test
    @DisplayName("An interval written with CNT_IGNR holds from the next interrupt on; the one under way ends as it was")
    void intervalOfTheNext() {
        state.moderation(FIRST, 400);
        state.raise(BIT);
        unit.poll(START);
        state.moderation(FIRST, 4000 | InterruptState.EITR_IGNORE_COUNTER);
        state.raise(BIT);

        assertThat(unit.poll(START + 99_999)).isZero();
        assertThat(unit.poll(START + 100_000)).isEqualTo(1);
        state.raise(BIT);
        assertThat(unit.poll(START + 1_099_999)).isZero();
        assertThat(unit.poll(START + 1_100_000)).isEqualTo(1);
        assertThat(state.moderation(FIRST)).as("CNT_IGNR reads 0").isEqualTo(4000);
    }

    @Test
    @DisplayName("A counter of 0 written without CNT_IGNR lets the interrupt out at once, and the interval starts anew")
    void counterOfZero() {
        state.moderation(FIRST, 0x7FFC);
        state.raise(BIT);
        unit.poll(START);
        state.raise(BIT);
        assertThat(unit.poll(START + 1)).isZero();

        state.moderation(FIRST, 0x7FFC);

        assertThat(unit.poll(START + 2)).isEqualTo(1);
        state.raise(BIT);
        assertThat(unit.poll(START + 2 + 8_190_999)).isZero();
        assertThat(unit.poll(START + 2 + 8_191_000)).isEqualTo(1);
    }

    @Test
    @DisplayName("A counter written without CNT_IGNR holds even the first interrupt; bits 30:21 are 8 us each")
    void counterWritten() {
        state.moderation(FIRST, 3 << 21);
        unit.poll(START);
        state.raise(BIT);

        assertThat(unit.poll(START + 23_999)).isZero();
        assertThat(unit.nextDeadline()).isEqualTo(START + 24_000);
        assertThat(unit.poll(START + 24_000)).isEqualTo(1);
        state.raise(BIT);
        assertThat(unit.poll(START + 24_000)).as("no interval").isEqualTo(1);
    }

    @Test
    @DisplayName("The one interrupt of INTx and MSI mode is throttled by EITR 0")
    void legacyMode() {
        final VectorUnit legacy = VectorUnit.ofLegacyMode(state);
        final int[] count = new int[1];
        legacy.signal(0, () -> count[0]++);
        final PortCauses causes = new PortCauses(state);
        causes.unmask(PortCauses.WRITABLE);
        state.moderation(0, 400);

        for (int i = 0; i < 50; i++) {
            causes.raise(PortCauses.RECEIVED);
            legacy.poll(START + i * 1000L);
        }
        assertThat(count[0]).isEqualTo(1);
        assertThat(legacy.nextDeadline()).isEqualTo(START + 100_000);
        legacy.poll(START + 100_000);
        assertThat(count[0]).isEqualTo(2);
    }

    @Test
    @DisplayName("In INTx and MSI mode a held-back interrupt whose cause is gone meanwhile is not sent")
    void legacyCauseGone() {
        final VectorUnit legacy = VectorUnit.ofLegacyMode(state);
        final PortCauses causes = new PortCauses(state);
        causes.unmask(PortCauses.RECEIVED);
        state.moderation(0, 400);
        causes.raise(PortCauses.RECEIVED);
        assertThat(legacy.poll(START)).isEqualTo(1);
        causes.raise(PortCauses.RECEIVED);
        assertThat(legacy.poll(START + 1)).isZero();

        assertThat(causes.read()).isEqualTo(PortCauses.RECEIVED | PortCauses.ASSERTED);

        assertThat(causes.isAsserted()).isFalse();
        assertThat(legacy.poll(START + 200_000)).isZero();
        assertThat(legacy.nextDeadline()).isEqualTo(VectorUnit.NO_DEADLINE);
    }

    @Test
    @DisplayName("Without GPIE.EIAME an interrupt masks nothing; an access to EICR masks what EIAM says")
    void autoMaskByAccess() {
        state.autoMasking(false);
        state.autoMask(BIT, BIT);
        state.raise(BIT);
        assertThat(unit.poll(START)).isEqualTo(1);
        assertThat(state.mask()).isEqualTo(BIT);

        assertThat(state.accessCauses(BIT, BIT)).isEqualTo(BIT);

        assertThat(state.mask()).isZero();
    }

    @Test
    @DisplayName("Many events within an interval make one interrupt at its end; after an idle interval one "
        + "goes at once")
    void coalesce() {
        state.moderation(FIRST, 400);
        for (int i = 0; i < 50; i++) {
            state.raise(BIT);
            unit.poll(START + i * 1000);
        }
        assertThat(raised[0]).isEqualTo(1);
        unit.poll(START + 100_000);
        assertThat(raised[0]).isEqualTo(2);

        state.raise(BIT);
        assertThat(unit.poll(START + 900_000)).isEqualTo(1);
    }

    @Test
    @DisplayName("A vector masked when its interval ends stays pending, without a deadline to wake for")
    void maskedAtExpiry() {
        state.moderation(FIRST, 400);
        state.raise(BIT);
        unit.poll(START);
        state.raise(BIT);
        state.mask(BIT);

        assertThat(unit.poll(START + 100_000)).isZero();
        assertThat(unit.nextDeadline()).isEqualTo(VectorUnit.NO_DEADLINE);

        state.unmask(BIT);
        assertThat(unit.poll(START + 100_001)).isEqualTo(1);
    }

    @Test
    @DisplayName("The earliest of several intervals is the deadline")
    void earliest() {
        state.unmask(BIT * 7);
        state.moderation(FIRST, 400);
        state.moderation(FIRST + 1, 200);
        state.raise(BIT | BIT << 1);
        unit.poll(START);
        state.raise(BIT | BIT << 1);
        unit.poll(START + 1);

        assertThat(unit.nextDeadline()).isEqualTo(START + 50_000);
    }

    @Test
    @DisplayName("Queues raise the vector that IVAR names, or none")
    void queueVectors() {
        assertThat(state.receiveCause(3)).isZero();
        assertThat(state.transmitCause(15)).isZero();
        state.receiveVector(3, 24);
        state.transmitVector(15, 0);

        assertThat(state.receiveCause(3)).isEqualTo(1 << 24);
        assertThat(state.transmitCause(15)).isEqualTo(1);
        assertThat(state.transmitCause(3)).isZero();
        state.receiveVector(3, -1);
        assertThat(state.receiveCause(3)).isZero();
    }

    @Test
    @DisplayName("Sessions and agent together lose no event: the last raise is always followed by an interrupt")
    void concurrent() throws InterruptedException {
        state.autoClear(BIT, BIT);
        state.autoMask(BIT, BIT);
        final int[] seen = new int[1];
        final AtomicInteger events = new AtomicInteger();
        // The driver: on an interrupt it takes the events and unmasks, as NAPI does.
        unit.signal(0, () -> {
            seen[0] = events.get();
            state.unmask(BIT);
        });
        final Thread source = new Thread(() -> {
            for (int i = 0; i < 200_000; i++) {
                events.incrementAndGet();
                state.raise(BIT);
            }
        });
        source.start();
        while (source.isAlive()) {
            unit.poll(START);
        }
        source.join();
        unit.poll(START);
        unit.poll(START);

        assertThat(seen[0]).isEqualTo(200_000);
    }
}
