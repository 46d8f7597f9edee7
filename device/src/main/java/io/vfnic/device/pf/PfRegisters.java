package io.vfnic.device.pf;

import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.register.Register;

/** The PF's registers as its driver reaches them. The control lock is held. */
final class PfRegisters {
    private final Igb82576 igb;

    PfRegisters(Igb82576 igb) {
        this.igb = igb;
    }

    int read(Register register, int element) {
        return igb.pfRead(register.offset(element));
    }

    void write(Register register, int element, int value) {
        igb.pfWrite(register.offset(element), value);
    }

    void write(Register register, int value) {
        write(register, 0, value);
    }

    int read(int offset) {
        return igb.pfRead(offset);
    }

    void write(int offset, int value) {
        igb.pfWrite(offset, value);
    }

    /** Clears, then sets bits of a register, and leaves it alone where that changes nothing. */
    void change(Register register, int element, int clear, int set) {
        int before = read(register, element);
        int after = before & ~clear | set;
        if (after != before) {
            write(register, element, after);
        }
    }
}
