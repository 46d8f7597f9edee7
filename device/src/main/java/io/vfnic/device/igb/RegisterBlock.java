package io.vfnic.device.igb;

import io.vfnic.device.register.RegisterSpace;

/** A block of the card's registers: one state, declared and bound for the PF's view and for each VF's. */
interface RegisterBlock {
    /** Binds what the block's registers in the PF's view do. */
    void bind(RegisterSpace pf);

    /** Binds what the block's registers in a VF's view do. */
    void bindVf(int vf, RegisterSpace space);
}
