package io.vfnic.device.pf;

import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.register.Register;

/** The PF's registers as its driver reaches them. The control lock is held. */
final class PfRegisters
{
    private final Igb82576 igb;

    PfRegisters(final Igb82576 igb)
    {
        this.igb = igb;
    }

    int read(final Register register, final int element)
    {
        return igb.pfRead(register.offset(element));
    }

    void write(final Register register, final int element, final int value)
    {
        igb.pfWrite(register.offset(element), value);
    }

    void write(final Register register, final int value)
    {
        write(register, 0, value);
    }

    int read(final int offset)
    {
        return igb.pfRead(offset);
    }

    void write(final int offset, final int value)
    {
        igb.pfWrite(offset, value);
    }

    /** Clears, then sets bits of a register, and leaves it alone where that changes nothing. */
    void change(final Register register, final int element, final int clear, final int set)
    {
        final int before = read(register, element);
        final int after = before & ~clear | set;
        if (after != before)
        {
            write(register, element, after);
        }
    }
}
