package io.vfnic.device.vswitch;

import java.util.Arrays;
import java.util.List;

/**
 * Lays what an operator has set for VFs over the registers that the PF's driver has programmed, so that the switch
 * works by both while the driver reads back what it wrote. Immutable.
 */
public final class SwitchOverlay {
    /** Leaves all as the driver has it. */
    public static final SwitchOverlay NONE = new SwitchOverlay(List.of());

    private static final int VMVIR_ALWAYS = 1 << 30;
    private static final int VMVIR_TAG = 0xFFFF;
    private static final int VMOLR_AUPE = 1 << 24;
    private static final int VMOLR_STRIP = 1 << 30;
    private static final int VLVF_ENABLE = 1 << 31;
    private static final int VLVF_VID = 0xFFF;
    private static final int VLVF_POOL_SHIFT = 12;
    private static final int VLAN_SPOOF_SHIFT = 8;
    private static final int PRIORITY_SHIFT = 13;
    private static final int RATE_ENABLE = 1 << 31;
    private static final int RATE_FRACTION_BITS = 14;
    private static final int LINK_RATE = 1000;
    private static final int QUEUE_STRIDE = 8;

    private final List<VfOverlay> vfs;

    /** @param vfs what is set for each VF, from VF 0 on. */
    public SwitchOverlay(List<VfOverlay> vfs) {
        this.vfs = List.copyOf(vfs);
    }

    /**
     * The registers with this above them.
     *
     * @param registers may be what is returned, which may share arrays with it; neither may change any more.
     */
    public SwitchRegisters over(SwitchRegisters registers) {
        SwitchRegisters result = registers;
        for (int vf = 0; vf < Math.min(vfs.size(), registers.vfs()); vf++) {
            VfOverlay overlay = vfs.get(vf);
            if (!overlay.equals(VfOverlay.NONE)) {
                result = over(result, vf, overlay);
            }
        }
        return result;
    }

    private static SwitchRegisters over(SwitchRegisters before, int vf, VfOverlay overlay) {
        SwitchRegisters tagged = tag(before, vf, overlay);
        int spoofBits = 1 << vf | 1 << vf + VLAN_SPOOF_SHIFT;
        int dtxswc = overlay.spoofCheck() == null ? tagged.dtxswc()
            : tagged.dtxswc() & ~spoofBits | (overlay.spoofCheck() ? spoofBits : 0);
        int enabled = overlay.silent() ? ~(1 << vf) : -1;
        return tagged.with(dtxswc, tagged.vfre() & enabled, tagged.vfte() & enabled,
            overlay.maxTxRate() == null ? tagged.rttbcnrc() : limit(tagged.rttbcnrc(), vf, overlay.maxTxRate()));
    }

    /** The limit of a VF's first queue holds for both, if the second one has none. */
    private static int[] limit(int[] limits, int vf, int rate) {
        int[] result = limits.clone();
        result[vf] = rate == 0 ? 0 : RATE_ENABLE | (LINK_RATE << RATE_FRACTION_BITS) / rate;
        result[vf + QUEUE_STRIDE] = 0;
        return result;
    }

    /** Where the tag is another than the driver's, the VF is in that VLAN only, without knowing. */
    private static SwitchRegisters tag(SwitchRegisters registers, int vf, VfOverlay overlay) {
        int driver = (registers.vmvir()[vf] & VMVIR_ALWAYS) != 0 ? registers.vmvir()[vf] & VMVIR_TAG : 0;
        int vlan = overlay.vlan() == null ? driver & VLVF_VID : overlay.vlan();
        int priority = overlay.priority() == null ? driver >>> PRIORITY_SHIFT : overlay.priority();
        int tag = priority << PRIORITY_SHIFT | vlan;
        if (tag == driver) {
            return registers;
        }
        int[] vmvir = registers.vmvir().clone();
        vmvir[vf] = tag == 0 ? 0 : VMVIR_ALWAYS | tag;
        int[] vmolr = registers.vmolr().clone();
        vmolr[vf] = vmolr[vf] & ~(VMOLR_AUPE | VMOLR_STRIP) | (vlan == 0 ? VMOLR_AUPE : 0)
            | (tag == 0 ? 0 : VMOLR_STRIP);
        int[] vfta = registers.vfta().clone();
        vfta[vlan >>> 5] |= 1 << vlan;
        return registers.with(vfta, member(registers.vlvf(), vf, vlan), vmolr, vmvir);
    }

    /**
     * The filters with the VF as a member of one VLAN alone; the driver's 32 may be all in use, so that one is added.
     */
    private static int[] member(int[] filters, int vf, int vlan) {
        int bit = 1 << vf + VLVF_POOL_SHIFT;
        int[] result = Arrays.copyOf(filters, filters.length + 1);
        for (int i = 0; i < filters.length; i++) {
            result[i] &= ~bit;
        }
        result[filters.length] = VLVF_ENABLE | bit | vlan & VLVF_VID;
        return result;
    }
}
