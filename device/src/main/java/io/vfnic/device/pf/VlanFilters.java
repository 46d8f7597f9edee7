package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.VmdqBlock;

/**
 * VLAN membership: VLVF says which pools are in a VLAN, VFTA which VLANs exist at all. Entry 0 is VLAN 0, in which
 * untagged and priority-tagged frames are, and always stays.
 */
final class VlanFilters {
    private final PfRegisters registers;

    VlanFilters(PfRegisters registers) {
        this.registers = registers;
    }

    /** No VLAN but 0, and nobody in it. */
    void clear() {
        for (int i = 0; i < FilterBlock.TABLE_LENGTH; i++) {
            registers.write(FilterBlock.VFTA, i, i == 0 ? 1 : 0);
        }
        for (int i = 0; i < VmdqBlock.VLAN_FILTERS; i++) {
            registers.write(VmdqBlock.VLVF, i, i == 0 ? VmdqBlock.VLVF_ENABLE : 0);
        }
    }

    /**
     * Makes a VF a member of a VLAN.
     *
     * @return false where the table of VLANs is full.
     */
    boolean join(int vf, int vlan) {
        int entry = entryOf(vlan, true);
        if (entry < 0) {
            return false;
        }
        registers.change(VmdqBlock.VLVF, entry, 0, VmdqBlock.VLVF_ENABLE | vlan | pool(vf));
        registers.change(FilterBlock.VFTA, vlan >>> 5, 0, 1 << vlan);
        return true;
    }

    /** Ends a VF's membership in a VLAN. */
    void leave(int vf, int vlan) {
        int entry = entryOf(vlan, false);
        if (entry >= 0) {
            leaveEntry(vf, entry);
        }
    }

    /** Ends all of a VF's memberships. */
    void leaveAll(int vf) {
        for (int entry = 0; entry < VmdqBlock.VLAN_FILTERS; entry++) {
            leaveEntry(vf, entry);
        }
    }

    /** Whether the VF is in any VLAN but 0. */
    boolean isTagged(int vf) {
        for (int entry = 1; entry < VmdqBlock.VLAN_FILTERS; entry++) {
            if ((registers.read(VmdqBlock.VLVF, entry) & pool(vf)) != 0) {
                return true;
            }
        }
        return false;
    }

    private void leaveEntry(int vf, int entry) {
        int value = registers.read(VmdqBlock.VLVF, entry);
        if ((value & pool(vf)) == 0) {
            return;
        }
        int rest = value & ~pool(vf);
        if (entry != 0 && (rest & VmdqBlock.VLVF_POOLS) == 0) {
            int vlan = value & VmdqBlock.VLVF_VID;
            registers.write(VmdqBlock.VLVF, entry, 0);
            registers.change(FilterBlock.VFTA, vlan >>> 5, 1 << vlan, 0);
        } else {
            registers.write(VmdqBlock.VLVF, entry, rest);
        }
    }

    private int entryOf(int vlan, boolean orFree) {
        if (vlan == 0) {
            return 0;
        }
        int free = -1;
        for (int entry = VmdqBlock.VLAN_FILTERS - 1; entry > 0; entry--) {
            int value = registers.read(VmdqBlock.VLVF, entry);
            if ((value & VmdqBlock.VLVF_ENABLE) == 0) {
                free = entry;
            } else if ((value & VmdqBlock.VLVF_VID) == vlan) {
                return entry;
            }
        }
        return orFree ? free : -1;
    }

    private static int pool(int vf) {
        return 1 << vf + VmdqBlock.VLVF_POOL_SHIFT;
    }
}
