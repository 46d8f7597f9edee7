package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.VmdqBlock;

import java.util.List;

/**
 * Multicast: one hash table for the card, the union of what the VFs asked for, and a bit for each VF that says whether
 * it takes what hits the table (VMOLR.ROMPE) or every multicast (MPME).
 */
final class MulticastFilters {
    /** Hashes that fit into a message; who has more addresses gets every multicast. */
    static final int HASHES = 30;

    private static final int HASH = 0xFFF;

    private final PfRegisters registers;
    private final List<VfState> vfs;

    MulticastFilters(PfRegisters registers, List<VfState> vfs) {
        this.registers = registers;
        this.vfs = vfs;
    }

    /** Programs the table and the VFs' bits from what the VFs asked for. */
    void program() {
        int[] table = new int[FilterBlock.TABLE_LENGTH];
        for (int vf = 0; vf < vfs.size(); vf++) {
            VfState state = vfs.get(vf);
            int accept;
            if (state.allMulticast || state.multicastPromiscuous) {
                accept = VmdqBlock.VMOLR_ALL_MULTICAST;
            } else {
                accept = state.multicastHashes.length == 0 ? 0 : VmdqBlock.VMOLR_MULTICAST_HASH;
            }
            for (int hash : state.multicastHashes) {
                table[(hash & HASH) >>> 5] |= 1 << hash;
            }
            registers.change(VmdqBlock.VMOLR, vf,
                VmdqBlock.VMOLR_ALL_MULTICAST | VmdqBlock.VMOLR_MULTICAST_HASH, accept);
        }
        for (int i = 0; i < table.length; i++) {
            registers.change(FilterBlock.MTA, i, -1, table[i]);
        }
    }
}
