package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;

/**
 * The receive address table. VF n's own address is entry 23 - n; additional addresses take the free entries below the
 * last VF's. Nothing is remembered but in the registers.
 */
final class AddressFilters {
    /** Additional addresses of one VF at most, as many as igbvf asks for. */
    static final int ADDITIONAL_PER_VF = 3;

    private static final int HIGH_BYTES = 0xFFFF;
    private static final int POOLS = 0xFF << FilterBlock.RAH_POOL_SHIFT;

    private final PfRegisters registers;
    private final int free;

    AddressFilters(PfRegisters registers, int vfs) {
        this.registers = registers;
        this.free = FilterBlock.RECEIVE_ADDRESSES - vfs;
    }

    /** Empties the table. */
    void clear() {
        for (int entry = 0; entry < FilterBlock.RECEIVE_ADDRESSES; entry++) {
            remove(entry);
        }
    }

    /** Sets the VF's own address. */
    void own(int vf, MacAddress address) {
        put(ownEntry(vf), vf, address);
    }

    /** The VF's own address, which it has to have. */
    MacAddress own(int vf) {
        int entry = ownEntry(vf);
        return MacAddress.ofRegisters(
            registers.read(FilterBlock.ralOffset(entry)), registers.read(FilterBlock.rahOffset(entry)) & HIGH_BYTES);
    }

    /** Drops the VF's own address. */
    void removeOwn(int vf) {
        remove(ownEntry(vf));
    }

    /**
     * Adds an address.
     *
     * @return false where the VF has as many as it may or the table is full.
     */
    boolean add(int vf, MacAddress address) {
        int freeEntry = -1;
        int used = 0;
        for (int entry = free - 1; entry >= 0; entry--) {
            int high = registers.read(FilterBlock.rahOffset(entry));
            if ((high & FilterBlock.RAH_VALID) == 0) {
                freeEntry = entry;
            } else if ((high & pool(vf)) != 0) {
                if (holds(entry, address)) {
                    return true;
                }
                used++;
            }
        }
        if (used >= ADDITIONAL_PER_VF || freeEntry < 0) {
            return false;
        }
        put(freeEntry, vf, address);
        return true;
    }

    /** Drops the VF's additional addresses. */
    void removeAdditional(int vf) {
        for (int entry = 0; entry < free; entry++) {
            if ((registers.read(FilterBlock.rahOffset(entry)) & POOLS) == pool(vf)) {
                remove(entry);
            }
        }
    }

    /** Whether an entry of another VF holds the address. */
    boolean isTakenByOther(int vf, MacAddress address) {
        for (int entry = 0; entry < FilterBlock.RECEIVE_ADDRESSES; entry++) {
            int high = registers.read(FilterBlock.rahOffset(entry));
            if ((high & FilterBlock.RAH_VALID) != 0 && (high & POOLS & ~pool(vf)) != 0 && holds(entry, address)) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(int entry, MacAddress address) {
        return registers.read(FilterBlock.ralOffset(entry)) == address.low() &&
            (registers.read(FilterBlock.rahOffset(entry)) & HIGH_BYTES) == address.high();
    }

    private void put(int entry, int vf, MacAddress address) {
        registers.write(FilterBlock.ralOffset(entry), address.low());
        registers.write(FilterBlock.rahOffset(entry), address.high() | pool(vf) | FilterBlock.RAH_VALID);
    }

    private void remove(int entry) {
        registers.write(FilterBlock.rahOffset(entry), 0);
        registers.write(FilterBlock.ralOffset(entry), 0);
    }

    private static int ownEntry(int vf) {
        return FilterBlock.RECEIVE_ADDRESSES - 1 - vf;
    }

    private static int pool(int vf) {
        return 1 << vf + FilterBlock.RAH_POOL_SHIFT;
    }
}
