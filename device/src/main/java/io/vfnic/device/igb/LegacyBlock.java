package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/**
 * Addresses of the card's ancestors (8254x, 8257x) that drivers of the whole family write although the 82576 has
 * nothing there: they read 0 and ignore writes.
 */
public final class LegacyBlock implements RegisterBlock {
    static final List<Register> PF_REGISTERS = List.of(
        nothing(0x00C4, "ITR", "interrupt throttle, now EITR"),
        nothing(0x2820, "RDTR", "receive delay timer"),
        nothing(0x282C, "RADV", "receive absolute delay timer"),
        nothing(0x3820, "TIDV", "transmit delay timer"),
        nothing(0x382C, "TADV", "transmit absolute delay timer"));

    @Override
    public void bind(RegisterSpace pf) {
        // They are read-only zeros.
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // No VF driver is that old.
    }

    private static Register nothing(int offset, String name, String title) {
        return Register.at(offset, name, title).readOnly();
    }
}
