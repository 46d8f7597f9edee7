package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's registers: NVM (82576 facts, 2.2)")
final class PfNvmRegistersTest {
    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("Words 0 to 3Fh, read through EERD, add up to BABAh and begin with the address")
    void checksum() {
        int sum = 0;
        for (int word = 0; word <= 0x3F; word++) {
            sum += eerd(word);
        }

        assertThat(sum & 0xFFFF).isEqualTo(0xBABA);
        assertThat(eerd(0)).isEqualTo(0x0200);
        assertThat(eerd(1)).isEqualTo(0x0403);
        assertThat(eerd(2)).isEqualTo(0x0605);
        assertThat(eerd(0x0D)).isEqualTo(0x10C9);
        assertThat(eerd(0x37)).isEqualTo(0xFFFF);
    }

    @Test
    @DisplayName("The address is in the first receive address register after reset")
    void addressLoad() {
        assertThat(read(0x5400)).isEqualTo(0x04030200);
        assertThat(read(0x5404)).isEqualTo(0x80000605);
        write(0x5400, 0);
        write(0x0000, 1 << 26);
        assertThat(read(0x5400)).isEqualTo(0x04030200);
    }

    @Test
    @DisplayName("EECD grants at once and tells presence, automatic read and 1,024 words")
    void control() {
        write(0x0010, 1 << 6);

        assertThat(read(0x0010) & 0x7FC0).isEqualTo(0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 4 << 11);
    }

    @Test
    @DisplayName("A word read and one written by the EEPROM's pins are those of EERD")
    void bitBang() {
        assertThat(spiRead(0x0D)).isEqualTo(0x10C9);

        spi(0x06);
        deselect();
        spi(0x02, 0x01, 0x00, 0xCD, 0xAB);
        deselect();

        assertThat(eerd(0x80)).isEqualTo(0xABCD);
        assertThat(spiRead(0x80)).isEqualTo(0xABCD);
    }

    @Test
    @DisplayName("The EEPROM takes no write that was not enabled")
    void writeProtected() {
        spi(0x02, 0x01, 0x00, 0xCD, 0xAB);
        deselect();

        assertThat(eerd(0x80)).isEqualTo(0xFFFF);
    }

    private int eerd(int word) {
        write(0x0014, word << 2 | 1);
        final int value = read(0x0014);
        assertThat(value & 2).isEqualTo(2);
        return value >>> 16;
    }

    private int spiRead(int word) {
        spi(0x03, word * 2 >>> 8, word * 2 & 0xFF);
        final int low = shift(0);
        final int value = low | shift(0) << 8;
        deselect();
        return value;
    }

    private void spi(int... bytes) {
        write(0x0010, 1 << 6);
        for (int value : bytes) {
            shift(value);
        }
    }

    private int shift(int value) {
        int result = 0;
        for (int bit = 7; bit >= 0; bit--) {
            final int pins = 1 << 6 | (value >>> bit & 1) << 2;
            write(0x0010, pins);
            result = result << 1 | read(0x0010) >>> 3 & 1;
            write(0x0010, pins | 1);
        }
        write(0x0010, 1 << 6);
        return result;
    }

    private void deselect() {
        write(0x0010, 1 << 6 | 1 << 1);
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
