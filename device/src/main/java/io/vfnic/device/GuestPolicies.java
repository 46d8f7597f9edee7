package io.vfnic.device;

import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.vswitch.VfRules;
import java.util.Optional;

/**
 * Policies as a PF's driver in a guest programs them into the switch. The card reads them there; whom that driver trusts
 * and which addresses it assigns, it keeps to itself.
 */
final class GuestPolicies implements VfPolicies {
    private final Igb82576 registers;

    GuestPolicies(Igb82576 registers) {
        this.registers = registers;
    }

    @Override
    public Optional<MacAddress> assignedMac(int vf) {
        return Optional.empty();
    }

    @Override
    public VfSettings inForce(int vf) {
        VfRules rules = VfRules.of(registers.switchRegisters(), vf);
        return new VfSettings(
            null, rules.vlan(), rules.priority(), rules.spoofCheck(), null, null, rules.maxTxRate(), 0);
    }

    @Override
    public VfSettings byOperator(int vf) {
        return VfSettings.NONE;
    }
}
