package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.VectorUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

/**
 * Random accesses of a driver and random events, against a model of one line each: what the 82576 says of EICR, EIMS,
 * EIAC, EIAM, EITR and of ICR and IMS, without any of the concurrency (82576 facts, 2.5).
 */
@DisplayName("Whatever drivers write, no interrupt is lost, repeated or stuck")
final class InterruptModelTest {
    private static final int STEPS = 20_000;
    private static final int PF_VECTORS = 10;
    private static final int EICS = 0x1520;
    private static final int EIMS = 0x1524;
    private static final int EIMC = 0x1528;
    private static final int EIAC = 0x152C;
    private static final int EIAM = 0x1530;
    private static final int EICR = 0x1580;
    private static final int EITR = 0x1680;
    private static final int GPIE = 0x1514;
    private static final int GPIE_EIAME = 1 << 30;
    private static final int ICR = 0x1500;
    private static final int ICS = 0x1504;
    private static final int IMS = 0x1508;
    private static final int IMC = 0x150C;
    private static final int IAM = 0x1510;
    private static final int CAUSES = 1 << 2 | 1 << 8 | 1 << 9;
    private static final int INTA = 1 << 31;

    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);
    private final int[] raised = new int[InterruptState.VECTORS];
    private long now = 1_000_000_000L;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("in MSI-X mode, on the vectors of the PF and of VF 2")
    void vectors(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        card.igb.enableVfs(3);
        card.port.causes().msix(true);
        final int firstOfVf = InterruptState.firstVectorOfVf(2);
        final VectorUnit pf = unit(0, PF_VECTORS);
        final VectorUnit vf = unit(firstOfVf, 3);
        final VectorModel model = new VectorModel();
        for (int step = 0; step < STEPS; step++) {
            final int bits = random.nextInt(1 << PF_VECTORS) & random.nextInt() | (random.nextInt(8) << firstOfVf);
            switch (random.nextInt(11)) {
                case 0, 1, 2 -> {
                    write(EICS, bits);
                    model.raise(bits);
                }
                case 3 -> {
                    card.igb.vfWrite(2, EICS, bits >>> firstOfVf);
                    model.raise(bits >>> firstOfVf << firstOfVf);
                }
                case 4 -> {
                    write(EIMS, bits);
                    model.unmask(bits);
                }
                case 5 -> {
                    card.igb.vfWrite(2, EIMS, bits >>> firstOfVf);
                    model.unmask(bits >>> firstOfVf << firstOfVf);
                }
                case 6 -> {
                    write(EIMC, bits);
                    model.mask &= ~bits;
                }
                case 7 -> {
                    assertThat(read(EICR)).as("EICR at step %d", step).isEqualTo(model.causes);
                    model.access(-1);
                }
                case 8 -> {
                    write(EICR, bits);
                    model.access(bits);
                }
                case 9 -> configure(random, model);
                default -> now += random.nextInt(20_000);
            }
            pf.poll(now);
            vf.poll(now);
            model.poll(now);
            assertThat(raised).as("interrupts after step %d", step).isEqualTo(model.sent);
            assertThat(read(EIMS)).as("EIMS after step %d", step).isEqualTo(model.mask);
        }
        assertThat(model.sent[0]).isPositive();
        assertThat(model.sent[firstOfVf]).isPositive();
    }

    private void configure(SplittableRandom random, VectorModel model) {
        final int all = InterruptState.ALL_VECTORS;
        switch (random.nextInt(4)) {
            case 0 -> {
                model.autoClear = random.nextInt() & all;
                write(EIAC, model.autoClear);
            }
            case 1 -> {
                model.autoMask = random.nextInt() & all;
                write(EIAM, model.autoMask);
            }
            case 2 -> {
                model.masksWhenSent = random.nextBoolean();
                write(GPIE, model.masksWhenSent ? GPIE_EIAME : 0);
            }
            default -> {
                final int vector = random.nextInt(InterruptState.VECTORS);
                final int micros = random.nextInt(30);
                model.interval[vector] = micros * 1000L;
                if (random.nextBoolean()) {
                    write(EITR + 4 * vector, micros << 2);
                    model.notBefore[vector] = now;
                } else {
                    write(EITR + 4 * vector, micros << 2 | 1 << 31);
                }
            }
        }
    }

    private VectorUnit unit(int first, int vectors) {
        final VectorUnit unit = new VectorUnit(card.interrupts, first, vectors);
        for (int v = 0; v < vectors; v++) {
            final int vector = first + v;
            unit.signal(v, () -> raised[vector]++);
        }
        return unit;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("in INTx mode: a listener hears of every rise of the line, and of nothing else")
    void line(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] heard = new int[1];
        final VectorUnit legacy = VectorUnit.ofLegacyMode(card.interrupts);
        legacy.signal(0, () -> heard[0]++);
        int causes = 0;
        int mask = 0;
        int autoMask = 0;
        for (int step = 0; step < STEPS; step++) {
            final int bits = random.nextInt() & CAUSES;
            final boolean before = (causes & mask) != 0;
            final int heardBefore = heard[0];
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    write(ICS, bits);
                    causes |= bits;
                }
                case 2 -> {
                    write(IMS, bits);
                    mask |= bits;
                }
                case 3 -> {
                    write(IMC, bits);
                    mask &= ~bits;
                }
                case 4 -> {
                    autoMask = bits;
                    write(IAM, bits);
                }
                case 5 -> {
                    write(ICR, bits);
                    causes &= ~bits;
                }
                default -> {
                    assertThat(read(ICR)).as("ICR at step %d", step).isEqualTo(before ? causes | INTA : causes);
                    causes = 0;
                    mask &= ~autoMask;
                }
            }
            final boolean asserted = (causes & mask) != 0;
            now += 1_000;
            legacy.poll(now);
            assertThat(card.port.causes().isAsserted()).as("line after step %d", step).isEqualTo(asserted);
            if (!asserted) {
                assertThat(heard[0]).as("interrupts after step %d", step).isEqualTo(heardBefore);
            } else if (!before) {
                assertThat(heard[0]).as("interrupts after step %d", step).isEqualTo(heardBefore + 1);
            }
        }
        assertThat(heard[0]).isPositive();
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }

    /** Every vector for itself, bit by bit. */
    private static final class VectorModel {
        private int causes;
        private int mask;
        private int autoClear;
        private int autoMask;
        private boolean masksWhenSent;
        /** An event, or an unmasking of a pending cause, that no interrupt has told of yet. */
        private final boolean[] untold = new boolean[InterruptState.VECTORS];
        private final long[] interval = new long[InterruptState.VECTORS];
        private final long[] notBefore = new long[InterruptState.VECTORS];
        private final int[] sent = new int[InterruptState.VECTORS];

        void raise(int bits) {
            causes |= bits;
            tell(bits);
        }

        void unmask(int bits) {
            mask |= bits;
            tell(bits & causes);
        }

        private void tell(int bits) {
            for (int v = 0; v < untold.length; v++) {
                untold[v] |= (bits >>> v & 1) != 0;
            }
        }

        void access(int clear) {
            causes &= ~clear;
            if (!masksWhenSent) {
                mask &= ~autoMask;
            }
        }

        void poll(long now) {
            for (int v = 0; v < untold.length; v++) {
                final int bit = 1 << v;
                if (untold[v] && (causes & mask & bit) != 0 && now >= notBefore[v]) {
                    untold[v] = false;
                    sent[v]++;
                    causes &= ~(bit & autoClear);
                    mask &= masksWhenSent ? ~(bit & autoMask) : -1;
                    notBefore[v] = now + interval[v];
                }
            }
        }
    }
}
