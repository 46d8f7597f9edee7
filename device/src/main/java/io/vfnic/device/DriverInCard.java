package io.vfnic.device;

import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.admin.RefusedException.Reason;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.pf.HeadlessPf;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.pf.VfPolicy;
import java.util.Optional;

/** The PF's driver inside the card: its defaults hold for what the operator leaves unset. */
final class DriverInCard implements PfDriver {
    private final HeadlessPf pf;

    DriverInCard(HeadlessPf pf) {
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
    public void apply(int vf, VfSettings settings) throws RefusedException {
        for (int other = 0; other < pf.vfCount(); other++) {
            if (other != vf && pf.assignedMac(other).equals(settings.mac())) {
                throw new RefusedException(Reason.REFUSED, CardInspector.nameOf(vf),
                    "the address " + settings.mac() + " is " + CardInspector.nameOf(other) + "'s",
                    "choose another, or give that VF another one first");
            }
        }
        try {
            pf.policy(vf, settings.over(VfPolicy.DEFAULT));
        } catch (IllegalArgumentException outOfRange) {
            throw new RefusedException(Reason.INVALID, CardInspector.nameOf(vf), outOfRange.getMessage(), "");
        }
    }

    @Override
    public void enableVfs(int count) {
        pf.enableVfs(count);
    }

    @Override
    public void resetVf(int vf) {
        pf.reset(vf);
    }
}
