package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The PF's registers: interrupts (82576 facts, 2.5)")
final class PfInterruptRegistersTest {
    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @ParameterizedTest(name = "cause bit {0}")
    @ValueSource(ints = {0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 18, 20, 22, 24, 28, 30})
    @DisplayName("ICS sets a cause, which interrupts by IVAR_MISC's vector only where IMS has it")
    void otherCause(int bit) {
        enableVectors();
        write(0x1740, 0x8000);
        write(0x1524, 1);

        write(0x00C8, 1 << bit);
        assertThat(card.interrupts.causes()).isZero();
        write(0x00C0, -1);
        write(0x00D0, 1 << bit);
        write(0x00C8, 1 << bit);

        assertThat(card.interrupts.causes()).isEqualTo(1);
        assertThat(read(0x00C0) & 1 << bit).isEqualTo(1 << bit);
    }

    @Test
    @DisplayName("Unmasking a pending cause interrupts")
    void unmask() {
        enableVectors();
        write(0x1740, 0x8300);
        write(0x00C8, 4);

        write(0x00D0, 4);

        assertThat(card.interrupts.causes()).isEqualTo(1 << 3);
    }

    @Test
    @DisplayName("ICR clears when read with NSICR, with nothing unmasked, or in MSI and INTx mode, else not")
    void readToClear() {
        enableVectors();
        write(0x00C8, 4);
        assertThat(read(0x00C0)).isEqualTo(4);
        assertThat(read(0x00C0)).isZero();

        write(0x00D0, 0x100);
        write(0x00C8, 4);
        assertThat(read(0x00C0)).isEqualTo(4);
        assertThat(read(0x00C0)).isEqualTo(4);
        write(0x1514, 0x11);
        read(0x00C0);
        assertThat(read(0x00C0)).isZero();
    }

    @Test
    @DisplayName("Without MSI-X a cause asserts INTA; reading ICR ends that and masks what IAM says")
    void legacy() {
        write(0x00E0, 4);
        write(0x00D0, 0x104);
        write(0x00C8, 4);

        assertThat(read(0x00C0)).isEqualTo(4 | PortCauses.ASSERTED);
        assertThat(read(0x00D0)).isEqualTo(0x100);
    }

    @Test
    @DisplayName("With MSI-X but without GPIE.Multiple_MSIX, a cause asserts the one interrupt, whatever IVAR_MISC " +
        "says")
    void oneVector() {
        card.port.causes().msix(true);
        write(0x1740, 0x8300);
        write(0x00D0, 0x100);
        write(0x00C8, 0x100);

        assertThat(card.interrupts.causes()).isEqualTo(InterruptState.LEGACY);
        assertThat(read(0x1580)).isZero();
        assertThat(read(0x00C0) & 0x100).isEqualTo(0x100);
    }

    @Test
    @DisplayName("EIMS sets, EIMC clears, EIAC and EIAM are plain, EICR reads and clears")
    void extended() {
        write(0x1524, 7);
        write(0x1528, 2);
        assertThat(read(0x1524)).isEqualTo(5);
        write(0x152C, 7);
        write(0x152C, 1);
        assertThat(read(0x152C)).isEqualTo(1);
        write(0x1520, 3);
        assertThat(read(0x1580)).isEqualTo(3);
        assertThat(read(0x1580)).isZero();
    }

    /** As Linux' igb does: MSI-X, and GPIE.Multiple_MSIX. */
    private void enableVectors() {
        card.port.causes().msix(true);
        write(0x1514, 0x10);
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
