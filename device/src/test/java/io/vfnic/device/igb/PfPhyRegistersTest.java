package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's registers: semaphores and PHY (82576 facts, 2.3, 2.4)")
final class PfPhyRegistersTest {
    private static final int READY = 1 << 28;
    private static final int MDI_WRITE = 1 << 26 | 1 << 21;
    private static final int MDI_READ = 2 << 26 | 1 << 21;

    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("Reading SWSM takes SMBI; SWESMBI reads back; writing 0 releases both")
    void semaphores() {
        assertThat(read(0x5B50)).isZero();
        assertThat(read(0x5B50) & 1).isEqualTo(1);
        write(0x5B50, 3);
        assertThat(read(0x5B50) & 2).isEqualTo(2);
        write(0x5B50, 0);
        assertThat(read(0x5B50)).isZero();
        write(0x5B5C, 3);
        assertThat(read(0x5B5C)).isEqualTo(3);
    }

    @Test
    @DisplayName("The PHY at address 1 is an IGP03; another address is an error")
    void identification() {
        assertThat(mdi(2)).isEqualTo(0x02A8);
        assertThat(mdi(3)).isEqualTo(0x0391);

        write(0x0020, 2 << 26 | 2 << 21);

        assertThat(read(0x0020) & (READY | 1 << 30)).isEqualTo(READY | 1 << 30);
    }

    @Test
    @DisplayName("With a cable the PHY negotiates gigabit; powered down it has no link and STATUS.LU drops")
    void power() {
        card.igb.attachPhy();
        card.igb.cable(true);
        write(0x0000, 1 << 6);
        assertThat(mdi(1) & 0x24).isEqualTo(0x24);
        assertThat(mdi(0x0A) & 0x3000).isEqualTo(0x3000);
        assertThat(mdi(0x11) >>> 14).isEqualTo(3);

        mdi(0, 0x1940);
        assertThat(mdi(1) & 0x04).isZero();
        assertThat(read(0x0008) & 2).isZero();

        mdi(0, 0x9140);
        assertThat(mdi(0)).isEqualTo(0x1140);
        assertThat(read(0x0008) & 2).isEqualTo(2);
    }

    @Test
    @DisplayName("BMCR's loopback bit makes the wire come back to the switch")
    void loopback() {
        card.igb.attachPhy();
        card.igb.cable(true);

        mdi(0, 0x4140);
        assertThat(card.switchRegisters().wireLoopback()).isTrue();

        write(0x0000, 1 << 31);
        assertThat(card.switchRegisters().wireLoopback()).isFalse();
    }

    @Test
    @DisplayName("Registers above 0Fh of a selected page are apart from those of another")
    void pages() {
        mdi(0x1F, 0x00B4);
        mdi(0x14, 0x1234);
        mdi(0x1F, 0x11B1);
        assertThat(mdi(0x11)).isZero();
        mdi(0x1F, 0x00B4);
        assertThat(mdi(0x14)).isEqualTo(0x1234);
    }

    @Test
    @DisplayName("EEMNGCTL says configuration done for both ports")
    void configurationDone() {
        assertThat(read(0x1010)).isEqualTo(3 << 18);
    }

    private int mdi(int register) {
        write(0x0020, MDI_READ | register << 16);
        assertThat(read(0x0020) & READY).isEqualTo(READY);
        return read(0x0020) & 0xFFFF;
    }

    private void mdi(int register, int value) {
        write(0x0020, MDI_WRITE | register << 16 | value);
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
