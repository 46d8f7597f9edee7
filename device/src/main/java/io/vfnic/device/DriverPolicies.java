package io.vfnic.device;

import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.vswitch.SwitchRegisters;
import io.vfnic.device.vswitch.SwitchTable;
import io.vfnic.device.vswitch.VfRules;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * Tells what a PF's driver in a guest makes of the VFs' policies, by the registers that it programs for them; whom it
 * trusts, it keeps to itself. The control lock is held.
 *
 * <p>A reset of the PF takes all this out of the registers, and the driver programs it again, some of it only when the
 * VF has reset itself: what comes back as it was is no change.
 */
final class DriverPolicies {
    private static final List<String> NAMES = List.of("mac", "vlan", "qos", "spoofchk", "max-tx-rate");
    private static final int MAC = 0;
    /** What the registers say after a reset. */
    private static final List<String> BARE = List.of("none", "0", "0", "off", "0");
    /** Drivers keep VF n's address in the receive address register that is n before the last one. */
    private static final int ADDRESS_OF_VF_0 = 23;
    private static final int RAH_VALID = 1 << 31;
    private static final int RAH_POOL_SHIFT = 18;
    private static final int MRQC_MODE = 7;
    private static final int MRQC_VMDQ = 3;
    private static final int MRQC_VMDQ_RSS = 5;

    private final Watch watch;
    private final Vf[] vfs = new Vf[CardConfig.MAX_VFS];

    /** What was told of a VF last, by attribute. */
    private static final class Vf {
        private final String[] told = BARE.toArray(String[]::new);
        private final boolean[] lost = new boolean[NAMES.size()];
        /** RAL of its address; the driver writes RAH behind it. */
        private int low;
    }

    DriverPolicies(Watch watch) {
        this.watch = watch;
        Arrays.setAll(vfs, vf -> new Vf());
    }

    /** @param registers as the driver has programmed them. */
    void look(SwitchRegisters registers) {
        int mode = registers.mrqc() & MRQC_MODE;
        if (mode != MRQC_VMDQ && mode != MRQC_VMDQ_RSS) {
            for (Vf vf : vfs) {
                Arrays.fill(vf.lost, true);
            }
            return;
        }
        for (int vf = 0; vf < Math.min(vfs.length, registers.vfs()); vf++) {
            look(registers, vf);
        }
    }

    private void look(SwitchRegisters registers, int index) {
        Vf vf = vfs[index];
        boolean running = (registers.vfre() & registers.vfte() & 1 << index) != 0;
        boolean halfWritten = registers.ral()[ADDRESS_OF_VF_0 - index] != vf.low;
        vf.low = registers.ral()[ADDRESS_OF_VF_0 - index];
        List<String> now = attributes(registers, index);
        StringJoiner changes = new StringJoiner(", ");
        for (int i = halfWritten ? MAC + 1 : MAC; i < NAMES.size(); i++) {
            String value = now.get(i);
            // An address is gone for a moment at each reset of a VF.
            if (value.equals(BARE.get(i)) && (i == MAC || vf.lost[i] && !running)) {
                continue;
            }
            vf.lost[i] = false;
            if (!value.equals(vf.told[i])) {
                changes.add(NAMES.get(i) + " " + vf.told[i] + " to " + value);
                vf.told[i] = value;
            }
        }
        if (changes.length() > 0) {
            watch.point(index).event(WatchEvent.POLICY_CHANGED, 0, 0, "driver: " + changes);
        }
    }

    /** By {@link #NAMES}. */
    private static List<String> attributes(SwitchRegisters registers, int vf) {
        VfRules rules = VfRules.of(registers, vf);
        int entry = ADDRESS_OF_VF_0 - vf;
        int high = registers.rah()[entry];
        boolean valid = (high & RAH_VALID) != 0 && (high >>> RAH_POOL_SHIFT & 1 << vf) != 0;
        return List.of(
            valid ? new MacAddress(SwitchTable.addressOf(registers.ral()[entry], high)).toString() : BARE.getFirst(),
            Integer.toString(rules.vlan()), Integer.toString(rules.priority()), rules.spoofCheck() ? "on" : "off",
            Integer.toString(rules.maxTxRate()));
    }
}
