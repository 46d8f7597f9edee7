package io.vfnic.device.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.TestSwitch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is remembered of a frame's route holds for frames alike under the same table, and for no others. */
class LastRouteTest {
    private static final int UNTAGGED = SwitchTable.UNTAGGED;
    private static final int WIRE = SwitchTable.UPLINK;

    private final TestSwitch registers = new TestSwitch(4);
    private final LastRoute route = new LastRoute();
    private SwitchTable table = new SwitchTable(registers.registers());

    private int route(int pool, int to) {
        return route.of(table, pool, TestSwitch.macOf(to), TestSwitch.macOf(pool), UNTAGGED);
    }

    @Test
    @DisplayName("The same frame again goes the same way, one to somebody else goes there")
    void destinations() {
        assertThat(route(0, 1)).isEqualTo(1 << 1);
        assertThat(route(0, 1)).isEqualTo(1 << 1);
        assertThat(route(0, 2)).isEqualTo(1 << 2);
        assertThat(route(0, 1)).isEqualTo(1 << 1);
        assertThat(route(3, 1)).isEqualTo(1 << 1);
    }

    @Test
    @DisplayName("Once the registers have changed, the next frame goes by them")
    void newTable() {
        assertThat(route(0, 1)).isEqualTo(1 << 1);

        registers.vfre &= ~(1 << 1);
        table = new SwitchTable(registers.registers());

        assertThat(route(0, 1)).isEqualTo(WIRE);
    }

    @Test
    @DisplayName("A source that is not the pool's is told by ~ of the cause, each time, and the pool's own goes on")
    void spoofed() {
        assertThat(route(0, 1)).isEqualTo(1 << 1);

        for (int i = 0; i < 2; i++) {
            assertThat(route.of(table, 0, TestSwitch.macOf(1), TestSwitch.macOf(2), UNTAGGED))
                .isEqualTo(~SpoofReports.ADDRESS);
        }

        assertThat(route(0, 1)).isEqualTo(1 << 1);
        assertThat(route.of(table, 2, TestSwitch.macOf(1), TestSwitch.macOf(2), UNTAGGED)).isEqualTo(1 << 1);
    }

    @Test
    @DisplayName("A frame with another VLAN tag is looked at anew")
    void vlans() {
        registers.vlan(5, 1);
        table = new SwitchTable(registers.registers());
        final int untagged = route(0, 1);

        assertThat(untagged).isEqualTo(1 << 1);
        assertThat(route.of(table, 0, TestSwitch.macOf(1), TestSwitch.macOf(0), 5)).isZero();
        assertThat(route(0, 1)).isEqualTo(untagged);
    }
}
