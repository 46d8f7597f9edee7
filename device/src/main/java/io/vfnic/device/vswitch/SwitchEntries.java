package io.vfnic.device.vswitch;

import java.util.ArrayList;
import java.util.List;

/** What the exact filters of the switch hold, for people: addresses and VLANs, and to which pools they lead. */
public final class SwitchEntries {
    private static final int RAH_VALID = 1 << 31;
    private static final int RAH_POOL_SHIFT = 18;
    private static final int VLVF_ENABLE = 1 << 31;
    private static final int VLVF_VID = 0xFFF;
    private static final int VLVF_POOL_SHIFT = 12;
    private static final int POOLS = 0xFF;
    private static final int MRQC_MODE = 7;
    private static final int MRQC_VMDQ = 3;
    private static final int MRQC_VMDQ_RSS = 5;

    private final List<Address> addresses = new ArrayList<>();
    private final List<Vlan> vlans = new ArrayList<>();

    /**
     * A valid receive address.
     *
     * @param address 48 bits, the first byte on the wire highest.
     * @param pools   a bit a pool.
     */
    public record Address(long address, int pools) {
    }

    /**
     * A VLAN filter with members.
     *
     * @param vlan  0 to 4095.
     * @param pools a bit a pool.
     */
    public record Vlan(int vlan, int pools) {
    }

    /** Reads the entries out of the registers. */
    public SwitchEntries(SwitchRegisters registers) {
        int mode = registers.mrqc() & MRQC_MODE;
        boolean vmdq = mode == MRQC_VMDQ || mode == MRQC_VMDQ_RSS;
        for (int i = 0; i < registers.rah().length; i++) {
            int high = registers.rah()[i];
            if ((high & RAH_VALID) != 0) {
                // Without VMDq the port is one receiver.
                addresses.add(new Address(SwitchTable.addressOf(registers.ral()[i], high),
                    vmdq ? high >>> RAH_POOL_SHIFT & POOLS : POOLS));
            }
        }
        for (int filter : registers.vlvf()) {
            int pools = filter >>> VLVF_POOL_SHIFT & POOLS;
            if ((filter & VLVF_ENABLE) != 0 && pools != 0) {
                vlans.add(new Vlan(filter & VLVF_VID, pools));
            }
        }
    }

    /** The addresses, by their place in the table. */
    public List<Address> addresses() {
        return List.copyOf(addresses);
    }

    /** The VLANs, by their place in the table. */
    public List<Vlan> vlans() {
        return List.copyOf(vlans);
    }
}
