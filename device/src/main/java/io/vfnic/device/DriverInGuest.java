package io.vfnic.device;

import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.admin.RefusedException.Reason;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.pf.LinkPolicy;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.pf.VfPolicy;
import io.vfnic.device.vswitch.SwitchOverlay;
import io.vfnic.device.vswitch.VfOverlay;
import io.vfnic.device.vswitch.VfRules;
import io.vfnic.device.watch.WatchEvent;
import java.util.Arrays;
import java.util.Optional;

/**
 * A PF's driver in a guest. What the operator sets lies above the registers that it programs, which it reads back as it
 * wrote them. Whom it trusts and which addresses it assigns, it keeps to itself: that can only be set at its side.
 */
final class DriverInGuest implements PfDriver {
    private final Igb82576 registers;
    private final VfOverlay[] overlays = new VfOverlay[CardConfig.MAX_VFS];
    private final LinkPolicy[] links = new LinkPolicy[CardConfig.MAX_VFS];

    DriverInGuest(Igb82576 registers) {
        this.registers = registers;
        registers.onProgrammed(new DriverPolicies(registers.watch())::look);
        Arrays.fill(overlays, VfOverlay.NONE);
    }

    @Override
    public Optional<MacAddress> assignedMac(int vf) {
        return Optional.empty();
    }

    @Override
    public VfSettings inForce(int vf) {
        VfRules rules = VfRules.of(registers.switchRegisters(), vf);
        return new VfSettings(
            null, rules.vlan(), rules.priority(), rules.spoofCheck(), null, links[vf], rules.maxTxRate(), 0);
    }

    @Override
    public void apply(int vf, VfSettings settings) throws RefusedException {
        if (settings.mac() != null) {
            throw inPfGuest(vf, "assigns the VFs' addresses", "vf " + vf + " mac " + settings.mac());
        }
        if (settings.trust() != null) {
            throw inPfGuest(vf, "decides on whom it trusts", "vf " + vf + " trust " +
                (settings.trust() ? "on" : "off"));
        }
        try {
            settings.over(VfPolicy.DEFAULT);
        } catch (IllegalArgumentException outOfRange) {
            throw new RefusedException(Reason.INVALID, CardInspector.nameOf(vf), outOfRange.getMessage(), "");
        }
        VfOverlay overlay = new VfOverlay(settings.vlan(), settings.qos(), settings.spoofCheck(), settings.maxTxRate(),
            settings.link() == LinkPolicy.DISABLE);
        boolean changed = !overlay.equals(overlays[vf]) || settings.link() != links[vf];
        overlays[vf] = overlay;
        registers.overlay(new SwitchOverlay(Arrays.asList(overlays)));
        if (settings.link() != links[vf]) {
            links[vf] = settings.link();
            showLink(vf);
        }
        if (changed) {
            registers.watch().point(vf).event(WatchEvent.POLICY_CHANGED, 0, 0,
                "operator: " + (settings.words().isEmpty() ? "nothing set" : settings.words()));
        }
    }

    private void showLink(int vf) {
        boolean before = registers.isVfLinkUp(vf);
        registers.forceVfLink(vf, links[vf] == null ? null : links[vf].shown());
        if (registers.isVfLinkUp(vf) != before) {
            registers.tellVf(vf, MailboxMessage.PF_CONTROL | MailboxMessage.CLEAR_TO_SEND);
        }
    }

    @Override
    public void enableVfs(int count) throws RefusedException {
        throw new RefusedException(Reason.REFUSED, "", "a driver in a guest drives the PF and enables the VFs",
            "in that guest: echo " + count + " > /sys/class/net/DEV/device/sriov_numvfs");
    }

    @Override
    public void resetVf(int vf) {
        registers.resetVf(vf);
        registers.vfResetDone(vf);
        registers.tellVf(vf, MailboxMessage.NACK);
    }

    private static RefusedException inPfGuest(int vf, String what, String words) {
        return new RefusedException(Reason.REFUSED, CardInspector.nameOf(vf), "a driver in a guest drives the PF and " +
            what, "in that guest: ip link set DEV " + words);
    }
}
