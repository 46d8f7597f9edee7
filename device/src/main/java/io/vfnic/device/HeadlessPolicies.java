package io.vfnic.device;

import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.pf.HeadlessPf;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.pf.VfPolicy;
import java.util.Optional;

/** Policies as the PF's driver inside the card follows them: what the operator leaves unset is at its default. */
final class HeadlessPolicies implements VfPolicies {
    private final HeadlessPf pf;

    HeadlessPolicies(HeadlessPf pf) {
        this.pf = pf;
    }

    @Override
    public Optional<MacAddress> assignedMac(int vf) {
        return Optional.of(pf.assignedMac(vf));
    }

    @Override
    public VfSettings inForce(int vf) {
        VfPolicy policy = pf.policy(vf);
        return new VfSettings(pf.assignedMac(vf), policy.vlan(), policy.qos(), policy.spoofCheck(), policy.trusted(),
            policy.link(), policy.maxTxRate(), 0);
    }

    @Override
    public VfSettings byOperator(int vf) {
        return VfSettings.NONE;
    }
}
