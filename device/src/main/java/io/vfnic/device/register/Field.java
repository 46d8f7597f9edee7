package io.vfnic.device.register;

/**
 * A named range of bits in a register.
 *
 * @param name as in the datasheet.
 * @param high highest bit, 0 to 31.
 * @param low  lowest bit, at most {@code high}.
 */
public record Field(String name, int high, int low) {
    /** Checks the range. */
    public Field {
        if (low < 0 || high > 31 || low > high) {
            throw new IllegalArgumentException("field " + name + " " + high + ":" + low);
        }
    }

    /** The field's bits, in place. */
    public int mask() {
        return (int)(((1L << (high - low + 1)) - 1) << low);
    }

    /** The field's value in that of a register. */
    public int of(int register) {
        return (register & mask()) >>> low;
    }
}
