package io.vfnic.device.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.TestSwitch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an operator sets stands above what the PF's driver programs into the switch")
class SwitchOverlayTest {
    private static final int VF = 1;
    private static final int UNTAGGED = SwitchTable.UNTAGGED;
    private static final int ALWAYS = 1 << 30;
    private static final int AUPE = 1 << 24;
    private static final int RATE_ENABLE = 1 << 31;

    private final TestSwitch driver = new TestSwitch(4);

    @BeforeEach
    void filterVlans() {
        driver.rctl |= 1 << 18;
        driver.vfta[0] |= 1 << 7 | 1;
        driver.vlvf[5] = 1 << 31 | 1 << 12 + VF | 1 << 12 | 7;
        for (int pool = 0; pool < 4; pool++) {
            driver.vmolr[pool] |= AUPE;
        }
    }

    @Test
    @DisplayName("Nothing set leaves the registers as they are, the very same")
    void nothing() {
        SwitchRegisters registers = driver.registers();

        assertThat(SwitchOverlay.NONE.over(registers)).isSameAs(registers);
        assertThat(with(VfOverlay.NONE, registers)).isSameAs(registers);
    }

    @Test
    @DisplayName("A port VLAN: the VF's frames get the tag, it is in that VLAN only, and frees itself of the tag")
    void vlan() {
        SwitchTable table = table(new VfOverlay(100, 3, null, null, false));

        assertThat(table.insertsTag(VF)).isTrue();
        assertThat(table.insertedTag(VF)).isEqualTo(3 << 13 | 100);
        assertThat(table.stripsVlan(VF)).isTrue();
        assertThat(table.routeFromPool(0, TestSwitch.macOf(VF), UNTAGGED)).as("untagged").isZero();
        assertThat(table.routeFromPool(0, TestSwitch.macOf(VF), 7)).as("the driver's VLAN").isZero();
        assertThat(table.routeFromPool(0, TestSwitch.macOf(VF), 100)).isEqualTo(1 << VF);
        assertThat(table.routeFromPool(2, TestSwitch.macOf(0), 7)).as("others stay members").isEqualTo(1);
    }

    @Test
    @DisplayName("A port VLAN fits even where the driver uses all filters")
    void fullTable() {
        for (int i = 0; i < driver.vlvf.length; i++) {
            driver.vlvf[i] = 1 << 31 | 1 << 12 | 200 + i;
        }

        assertThat(table(new VfOverlay(100, null, null, null, false))
            .routeFromPool(0, TestSwitch.macOf(VF), 100)).isEqualTo(1 << VF);
    }

    @Test
    @DisplayName("No port VLAN above the driver's one: the VF is untagged again")
    void noVlan() {
        driver.vmvir[VF] = ALWAYS | 5 << 13 | 7;
        driver.vmolr[VF] &= ~AUPE;

        SwitchTable table = table(new VfOverlay(0, 0, null, null, false));

        assertThat(table.insertsTag(VF)).isFalse();
        assertThat(table.routeFromPool(0, TestSwitch.macOf(VF), UNTAGGED)).isEqualTo(1 << VF);
        assertThat(table.routeFromPool(0, TestSwitch.macOf(VF), 7)).isZero();
    }

    @Test
    @DisplayName("A priority alone keeps the driver's VLAN")
    void priority() {
        driver.vmvir[VF] = ALWAYS | 5 << 13 | 7;

        assertThat(table(new VfOverlay(null, 2, null, null, false)).insertedTag(VF)).isEqualTo(2 << 13 | 7);
    }

    @Test
    @DisplayName("Spoof check on and off, addresses and VLANs alike")
    void spoofCheck() {
        long foreign = TestSwitch.macOf(3);
        driver.dtxswc |= 1 << VF | 1 << VF + 8;

        assertThat(table(VfOverlay.NONE).spoofed(VF, foreign, UNTAGGED)).isNotZero();
        assertThat(table(new VfOverlay(null, null, false, null, false)).spoofed(VF, foreign, UNTAGGED)).isZero();
        driver.dtxswc &= ~(1 << VF | 1 << VF + 8);
        SwitchTable checked = table(new VfOverlay(null, null, true, null, false));
        assertThat(checked.spoofed(VF, foreign, UNTAGGED)).isEqualTo(SpoofReports.ADDRESS);
        assertThat(checked.spoofed(VF, TestSwitch.macOf(VF), 9)).isEqualTo(SpoofReports.VLAN);
    }

    @Test
    @DisplayName("A rate limit above the driver's, for both queues; 0 takes the driver's away")
    void rate() {
        driver.rttbcnrc[VF] = RATE_ENABLE | 10 << 14;
        driver.rttbcnrc[VF + 8] = RATE_ENABLE | 2 << 14;

        SwitchTable limited = table(new VfOverlay(null, null, null, 250, false));
        assertThat(limited.rateControl(limited.limitingQueue(VF))).isEqualTo(RATE_ENABLE | 4 << 14);
        assertThat(limited.rateControl(limited.limitingQueue(VF + 8))).isEqualTo(RATE_ENABLE | 4 << 14);
        SwitchTable free = table(new VfOverlay(null, null, null, 0, false));
        assertThat(free.rateControl(free.limitingQueue(VF + 8))).isZero();
    }

    @Test
    @DisplayName("A VF that is held down neither sends nor receives")
    void silent() {
        SwitchTable table = table(new VfOverlay(null, null, null, null, true));

        assertThat(table.maySend(VF)).isFalse();
        assertThat(table.routeFromPool(0, SwitchTable.BROADCAST, UNTAGGED) & 1 << VF).isZero();
        assertThat(table.maySend(0)).isTrue();
    }

    @Test
    @DisplayName("A pool that is the PF's is left alone, for the VF is not enabled")
    void notEnabled() {
        driver.vfs = 1;
        SwitchRegisters registers = driver.registers();

        assertThat(with(new VfOverlay(100, null, null, null, false), registers)).isSameAs(registers);
    }

    @Test
    @DisplayName("The driver's own registers do not change")
    void driversRegisters() {
        SwitchRegisters registers = driver.registers();
        int[] vlvf = registers.vlvf().clone();
        int[] vmolr = registers.vmolr().clone();
        int[] rates = registers.rttbcnrc().clone();

        with(new VfOverlay(100, 1, true, 10, true), registers);

        assertThat(registers.vlvf()).isEqualTo(vlvf);
        assertThat(registers.vmolr()).isEqualTo(vmolr);
        assertThat(registers.rttbcnrc()).isEqualTo(rates);
    }

    @Test
    @DisplayName("What holds is read back in the operator's units")
    void rules() {
        VfRules rules = VfRules.of(with(new VfOverlay(100, 3, true, 333, false), driver.registers()), VF);

        assertThat(rules).isEqualTo(new VfRules(100, 3, true, 333));
    }

    private SwitchTable table(VfOverlay overlay) {
        return new SwitchTable(with(overlay, driver.registers()));
    }

    private static SwitchRegisters with(VfOverlay overlay, SwitchRegisters registers) {
        List<VfOverlay> all = new ArrayList<>(Collections.nCopies(4, VfOverlay.NONE));
        all.set(VF, overlay);
        return new SwitchOverlay(all).over(registers);
    }
}
