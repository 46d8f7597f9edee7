package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.VmdqBlock;

/**
 * VFs that receive unicast frames of others. The 82576 has no such bit for a pool: Linux fills the unicast hash table
 * with ones and lets the pool take what hits it (VMOLR.ROPE). The table is zero while no VF is promiscuous.
 */
final class UnicastPromiscuity {
    private final PfRegisters registers;
    private final int vfs;

    UnicastPromiscuity(PfRegisters registers, int vfs) {
        this.registers = registers;
        this.vfs = vfs;
    }

    void set(int vf, boolean on) {
        registers.change(VmdqBlock.VMOLR, vf,
            VmdqBlock.VMOLR_UNICAST_HASH, on ? VmdqBlock.VMOLR_UNICAST_HASH : 0);
        boolean any = false;
        for (int i = 0; i < vfs; i++) {
            any |= (registers.read(VmdqBlock.VMOLR, i) & VmdqBlock.VMOLR_UNICAST_HASH) != 0;
        }
        for (int i = 0; i < FilterBlock.TABLE_LENGTH; i++) {
            registers.change(FilterBlock.UTA, i, -1, any ? -1 : 0);
        }
    }
}
