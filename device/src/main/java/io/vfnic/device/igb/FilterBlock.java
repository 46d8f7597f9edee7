package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** The receive filters: exact addresses (RAR), hash tables (MTA, UTA) and the VLAN table (VFTA). */
public final class FilterBlock implements RegisterBlock {
    /** Entries of the receive address table. */
    public static final int RECEIVE_ADDRESSES = 24;
    /** Dwords of MTA, UTA and VFTA each. */
    public static final int TABLE_LENGTH = 128;

    private static final int LOW_ENTRIES = 16;

    /** MTA. */
    public static final Register MTA =
        Register.at(0x5200, "MTA", "multicast table").array(TABLE_LENGTH, 4).alias(0x0200)
        .readWrite();
    /** RAL of entries 0 to 15. */
    public static final Register RAL = Register.at(0x5400, "RAL", "receive address, low").array(LOW_ENTRIES, 8)
        .alias(0x0040)
        .readWrite();
    /** RAH of entries 0 to 15. */
    public static final Register RAH = rah(0x5404, LOW_ENTRIES).alias(0x0044).readWrite(0x83FFFFFF);
    /** RAL of entries 16 to 23. */
    public static final Register RAL_16 =
        Register.at(0x54E0, "RAL", "receive address, low").array(RECEIVE_ADDRESSES - LOW_ENTRIES, 8).readWrite();
    /** RAH of entries 16 to 23. */
    public static final Register RAH_16 = rah(0x54E4, RECEIVE_ADDRESSES - LOW_ENTRIES).readWrite(0x83FFFFFF);
    /** VFTA. */
    public static final Register VFTA = Register.at(0x5600, "VFTA", "VLAN table").array(TABLE_LENGTH, 4).alias(0x0600)
        .readWrite();
    /** UTA. */
    public static final Register UTA = Register.at(0xA000, "UTA", "unicast table").array(TABLE_LENGTH, 4).readWrite();

    /** RAH.AV: the entry is valid. */
    public static final int RAH_VALID = 1 << 31;
    /** RAH.POOLSEL: bit of pool 0. */
    public static final int RAH_POOL_SHIFT = 18;

    static final List<Register> PF_REGISTERS = List.of(MTA, RAL, RAH, RAL_16, RAH_16, VFTA, UTA);

    private final ControlLock control;

    FilterBlock(ControlLock control) {
        this.control = control;
    }

    @Override
    public void bind(RegisterSpace pf) {
        PF_REGISTERS.forEach(register -> VmdqBlock.publishOnWrite(pf, control, register));
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF sees none of the filters: it asks the PF's driver, by mailbox.
    }

    /** Offset of RAL of an entry, 0 to 23. */
    public static int ralOffset(int entry) {
        return entry < LOW_ENTRIES ? RAL.offset(entry) : RAL_16.offset(entry - LOW_ENTRIES);
    }

    /** Offset of RAH of an entry, 0 to 23. */
    public static int rahOffset(int entry) {
        return entry < LOW_ENTRIES ? RAH.offset(entry) : RAH_16.offset(entry - LOW_ENTRIES);
    }

    private static Register.Builder rah(int offset, int entries) {
        return Register.at(offset, "RAH", "receive address, high").array(entries, 8)
            .field("RAH", 15, 0).field("ASEL", 17, 16).field("POOLSEL", 25, 18).field("AV", 31);
    }
}
