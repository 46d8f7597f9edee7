package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's registers: transmit rate scheduler (82576 facts, 2.8)")
final class RateRegistersTest {
    private static final int RTTDQSEL = 0x3604;
    private static final int RTTBCNRM = 0x3690;
    private static final int RTTBCNRC = 0x36B0;
    private static final int CTRL_RST = 1 << 26;
    private static final int LIMIT = 1 << 31 | 20 << 14 | 0x123;

    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("RTTBCNRC is the limit of the queue that RTTDQSEL selects, one of sixteen")
    void selected() {
        write(RTTDQSEL, 3);
        write(RTTBCNRC, LIMIT);
        write(RTTDQSEL, 15);

        assertThat(read(RTTBCNRC)).isZero();
        write(RTTDQSEL, 0xFFFF_FFF3);
        assertThat(read(RTTDQSEL)).isEqualTo(3);
        assertThat(read(RTTBCNRC)).isEqualTo(LIMIT);
        assertThat(card.switchRegisters().rttbcnrc())
            .containsExactly(0, 0, 0, LIMIT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    @DisplayName("Writes as Linux' igb makes them reach the engine, RTTBCNRM for all queues")
    void linux() {
        write(RTTDQSEL, 1);
        write(RTTBCNRM, 0x14);
        write(RTTBCNRC, LIMIT);

        assertThat(card.switchRegisters().rttbcnrm()).isEqualTo(0x14);
        assertThat(card.switchRegisters().rttbcnrc()[1]).isEqualTo(LIMIT);
    }

    @Test
    @DisplayName("What the engine was given does not change with a later write")
    void copies() {
        write(RTTBCNRC, LIMIT);
        final int[] given = card.switchRegisters().rttbcnrc();

        write(RTTBCNRC, 0);

        assertThat(given[0]).isEqualTo(LIMIT);
    }

    @Test
    @DisplayName("CTRL.RST takes all limits away; a VF's reset and disabled VFs leave them")
    void resets() {
        write(RTTDQSEL, 2);
        write(RTTBCNRC, LIMIT);

        card.write(2, GeneralBlock.VTCTRL, GeneralBlock.VTCTRL_RST);
        card.igb.resetVf(2);
        card.igb.enableVfs(0);
        assertThat(card.switchRegisters().rttbcnrc()[2]).isEqualTo(LIMIT);

        write(0x0000, CTRL_RST);
        assertThat(card.switchRegisters().rttbcnrc()).containsOnly(0);
        write(RTTDQSEL, 2);
        assertThat(read(RTTBCNRC)).isZero();
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
