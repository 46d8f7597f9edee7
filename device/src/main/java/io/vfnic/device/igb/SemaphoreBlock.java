package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** The semaphores that drivers of several ports and firmware share NVM and PHY by; there is no firmware here. */
public final class SemaphoreBlock implements RegisterBlock {
    /** SWSM: reading sets SMBI, and returns what it was. */
    public static final Register SWSM = Register.at(0x5B50, "SWSM", "software semaphore")
        .field("SMBI", 0).field("SWESMBI", 1)
        .readWrite(3);
    /** FWSM: no management firmware. */
    public static final Register FWSM = Register.at(0x5B54, "FWSM", "firmware semaphore").readOnly();
    /** SW_FW_SYNC. */
    public static final Register SW_FW_SYNC =
        Register.at(0x5B5C, "SW_FW_SYNC", "software and firmware synchronisation").readWrite();

    static final List<Register> PF_REGISTERS = List.of(SWSM, FWSM, SW_FW_SYNC);

    private static final int SMBI = 1;

    @Override
    public void bind(RegisterSpace pf) {
        pf.onPeek(SWSM, element -> pf.load(SWSM, element));
        pf.onRead(SWSM, element -> {
            int before = pf.load(SWSM, element);
            pf.store(SWSM, element, before | SMBI);
            return before;
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // Nothing of this is a VF's.
    }
}
