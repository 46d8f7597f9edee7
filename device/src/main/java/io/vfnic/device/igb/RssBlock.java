package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** Receive side scaling: the redirection table and the hash key. MRQC, which switches it on, is VMDq's. */
public final class RssBlock implements RegisterBlock {
    /**
     * RETA: four entries in a dword, the queue in bits 3:0 of each; with VMDq bit 3 chooses the pool's second queue.
     */
    public static final Register RETA =
        Register.at(0x5C00, "RETA", "redirection table").array(32, 4).readWrite();
    /** RSSRK: the hash key, first byte lowest. */
    public static final Register RSSRK = Register.at(0x5C80, "RSSRK", "RSS random key").array(10, 4).readWrite();

    static final List<Register> PF_REGISTERS = List.of(RETA, RSSRK);

    private final ControlLock control;

    RssBlock(ControlLock control) {
        this.control = control;
    }

    @Override
    public void bind(RegisterSpace pf) {
        PF_REGISTERS.forEach(register -> VmdqBlock.publishOnWrite(pf, control, register));
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // Key and table are the PF's; a VF has no say in them on this card.
    }
}
