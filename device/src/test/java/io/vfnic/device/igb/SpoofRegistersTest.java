package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.vswitch.SpoofReports;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's registers: reports of spoofed frames (82576 facts, 2.8)")
final class SpoofRegistersTest {
    private static final int WVBR = 0x3554;
    private static final int LVMMC = 0x3548;

    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("WVBR has a bit for each queue that spoofed since it was read, and is cleared by that; writes do " +
        "nothing")
    void queues() {
        card.spoofs.report(1, SpoofReports.ADDRESS);
        card.spoofs.report(1, SpoofReports.ADDRESS);
        card.spoofs.report(10, SpoofReports.VLAN);
        card.igb.pfWrite(WVBR, -1);

        assertThat(card.igb.pfRead(WVBR)).isEqualTo(1 << 1 | 1 << 10);
        assertThat(card.igb.pfRead(WVBR)).isZero();
    }

    @Test
    @DisplayName("LVMMC tells the last queue in bits 19:16 and its cause, and nothing of a blocked queue (bits 4:2)")
    void last() {
        card.spoofs.report(1, SpoofReports.VLAN);
        card.spoofs.report(10, SpoofReports.ADDRESS);

        assertThat(card.igb.pfRead(LVMMC)).isEqualTo(10 << 16 | SpoofReports.ADDRESS);
        assertThat(card.igb.pfRead(LVMMC)).isZero();
    }

    @Test
    @DisplayName("CTRL.RST forgets both")
    void reset() {
        card.spoofs.report(1, SpoofReports.ADDRESS);

        card.igb.pfWrite(0x0000, GeneralBlock.CTRL_RST);

        assertThat(card.igb.pfRead(WVBR)).isZero();
        assertThat(card.igb.pfRead(LVMMC)).isZero();
    }
}
