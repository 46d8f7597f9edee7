package io.vfnic.device;

import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.FdbEntry;
import io.vfnic.device.admin.FunctionActivity;
import io.vfnic.device.admin.FunctionCounters;
import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.admin.RefusedException.Reason;
import io.vfnic.device.admin.VfSetting;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.engine.AgentLoad;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.uplink.UplinkCounters;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an operator asks of a card. */
final class CardOperator implements CardAdmin {
    private final CardConfig config;
    private final Igb82576 registers;
    private final CardInspector inspector;
    private final PfDriver driver;
    private final PortLink link;
    private final VfSettings[] settings;

    CardOperator(
        CardConfig config, Igb82576 registers, CardInspector inspector, PfDriver driver, PortLink link) {
        this.config = config;
        this.registers = registers;
        this.inspector = inspector;
        this.driver = driver;
        this.link = link;
        this.settings = new VfSettings[config.vfs()];
        Arrays.fill(settings, VfSettings.NONE);
    }

    @Override
    public CardSnapshot snapshot() {
        return inspector.snapshot(vf -> settings[vf]);
    }

    @Override
    public List<FunctionCounters> counters() {
        return inspector.counters();
    }

    @Override
    public Optional<UplinkCounters.Snapshot> uplink() {
        return inspector.uplink();
    }

    @Override
    public List<FunctionActivity> activity() {
        return inspector.activity();
    }

    @Override
    public List<AgentLoad> agentLoads() {
        return inspector.agentLoads();
    }

    @Override
    public List<FdbEntry> forwarding() {
        return inspector.forwarding();
    }

    @Override
    public void setVf(int vf, VfSettings set, Set<VfSetting> giveBack) throws RefusedException {
        if (vf < 0 || vf >= config.vfs()) {
            throw noSuchVf(vf);
        }
        if (set.minTxRate() != null && set.minTxRate() != 0) {
            throw new RefusedException(Reason.REFUSED, CardInspector.nameOf(vf),
                "the card guarantees no VF a rate: the 82576 can only limit what a VF sends",
                "limit the other VFs with max-tx-rate, so that they leave enough");
        }
        registers.control().enter();
        try {
            VfSettings all = settings[vf].without(giveBack).with(set);
            driver.apply(vf, all);
            settings[vf] = all;
        } finally {
            registers.control().leave();
        }
    }

    @Override
    public void enableVfs(int count) throws RefusedException {
        if (count < 0 || count > config.vfs()) {
            throw new RefusedException(Reason.INVALID, "", "the card was made with " + config.vfs() + " VFs, not " +
                count,
                "choose 0 to " + config.vfs() + ", or start \"vfnic serve\" with a larger --vfs");
        }
        registers.control().enter();
        try {
            driver.enableVfs(count);
        } finally {
            registers.control().leave();
        }
    }

    @Override
    public void allowLink(boolean allowed) {
        link.allow(allowed);
    }

    @Override
    public void reset(String function) throws RefusedException {
        for (int vf = 0; vf < config.vfs(); vf++) {
            if (function.equals(CardInspector.nameOf(vf))) {
                resetVf(vf);
                return;
            }
        }
        if (function.equals("pf") && !config.guestPf()) {
            throw RefusedException.headlessPf();
        }
        if (function.equals("pf")) {
            throw new RefusedException(Reason.REFUSED, function,
                "its driver would not notice, and be left without its VFs",
                "in its guest: echo 1 > /sys/class/net/DEV/device/reset");
        }
        if (config.guestPf() && function.endsWith("-host")) {
            throw new RefusedException(Reason.REFUSED, function, "behind a host view is nothing that could be reset",
                "reset " + function.substring(0, function.length() - "-host".length()) + " itself");
        }
        throw new RefusedException(Reason.NOT_FOUND, function, "there is no such function here",
            config.vfs() == 0 ? "" : "there are vf0 to " + CardInspector.nameOf(config.vfs() - 1));
    }

    private void resetVf(int vf) throws RefusedException {
        registers.control().enter();
        try {
            if (vf >= registers.enabledVfs()) {
                throw new RefusedException(Reason.REFUSED, CardInspector.nameOf(vf), "it is not enabled",
                    "enable it with \"vfnic set vfs " + (vf + 1) + "\"");
            }
            driver.resetVf(vf);
        } finally {
            registers.control().leave();
        }
    }

    private RefusedException noSuchVf(int vf) {
        return new RefusedException(Reason.NOT_FOUND, CardInspector.nameOf(vf), "there is no such VF",
            config.vfs() == 0 ? "this card has none: start \"vfnic serve\" with --vfs"
                : "there are vf0 to " + CardInspector.nameOf(config.vfs() - 1));
    }
}
