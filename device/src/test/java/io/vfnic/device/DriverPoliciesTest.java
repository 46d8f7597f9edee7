package io.vfnic.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.TestSwitch;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchFilter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Policies that a PF's driver in a guest programs")
class DriverPoliciesTest {
    private static final int SPOOF_CHECKS = 0x0101;
    private static final int CAPACITY = 1 << 16;

    private final Watch watch = new Watch(() -> 0);
    private final DriverPolicies policies = new DriverPolicies(watch);
    private final WatchReader reader = watch.open(WatchFilter.of(WatchKind.EVENT), CAPACITY);
    private TestSwitch registers = new TestSwitch(2);

    @BeforeEach
    void setUp() {
        registers.vfs = 2;
        look();
        told();
    }

    private void look() {
        policies.look(registers.registers());
    }

    private List<String> told() {
        List<String> events = new ArrayList<>();
        reader.drain(record -> events.add(
            Watch.nameOf(record.function()) + " " + record.event() + " " + record.text()), 100);
        return events;
    }

    @Test
    @DisplayName("When the driver sets VFs up, what it gives each of them")
    void setsUp() {
        DriverPolicies fresh = new DriverPolicies(watch);
        fresh.look(registers.registers());
        fresh.look(registers.registers());

        assertThat(told()).containsExactly("vf0 POLICY_CHANGED driver: spoofchk off to on",
            "vf1 POLICY_CHANGED driver: spoofchk off to on",
            "vf0 POLICY_CHANGED driver: mac none to 02:00:00:00:00:01",
            "vf1 POLICY_CHANGED driver: mac none to 02:00:00:00:00:02");
    }

    @Test
    @DisplayName("Each change once, of the VF that it is of, with what was and what is")
    void changes() {
        look();
        told();
        registers.vmvir[1] = TestSwitch.VMVIR_INSERT | 5 << 13 | 7;
        look();
        look();
        registers.dtxswc &= ~SPOOF_CHECKS;
        look();
        registers.rttbcnrc[1] = 1 << 31 | 10 << 14;
        look();
        registers.vmvir[1] = 0;
        look();

        assertThat(told()).containsExactly("vf1 POLICY_CHANGED driver: vlan 0 to 7, qos 0 to 5",
            "vf0 POLICY_CHANGED driver: spoofchk on to off", "vf1 POLICY_CHANGED driver: max-tx-rate 0 to 100",
            "vf1 POLICY_CHANGED driver: vlan 7 to 0, qos 5 to 0");
    }

    @Test
    @DisplayName("An address is told when both of its registers are written, not in between")
    void address() {
        look();
        told();
        TestSwitch after = new TestSwitch(2);
        after.address(23, 0x0A0B_0C0D_0E0FL, 1);
        registers.ral[23] = after.ral[23];
        look();
        assertThat(told()).isEmpty();

        registers.rah[23] = after.rah[23];
        look();

        assertThat(told()).containsExactly(
            "vf0 POLICY_CHANGED driver: mac 02:00:00:00:00:01 to 0a:0b:0c:0d:0e:0f");
    }

    @Test
    @DisplayName("A reset of the PF is no change of what its driver programs again, the VLAN only when the VF is back")
    void reset() {
        registers.vmvir[0] = TestSwitch.VMVIR_INSERT | 7;
        look();
        look();
        told();
        TestSwitch programmed = registers;

        registers = new TestSwitch(0);
        registers.vfs = 2;
        registers.mrqc = 0;
        look();
        registers.dtxswc = programmed.dtxswc;
        registers.mrqc = programmed.mrqc;
        look();
        assertThat(told()).isEmpty();

        registers = programmed;
        look();
        look();
        assertThat(told()).isEmpty();
    }

    @Test
    @DisplayName("What a reset took and the VF runs without is told")
    void lost() {
        registers.vmvir[0] = TestSwitch.VMVIR_INSERT | 7;
        look();
        look();
        told();

        registers.mrqc = 0;
        look();
        registers.mrqc = 3;
        registers.vmvir[0] = 0;
        registers.vfte = 0;
        look();
        assertThat(told()).isEmpty();
        registers.vfte = 3;
        look();

        assertThat(told()).containsExactly("vf0 POLICY_CHANGED driver: vlan 7 to 0");
    }
}
