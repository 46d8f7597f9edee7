package io.vfnic.device.register;

/** What reading and writing does to a register that has no handler of its own. */
public enum Access {
    /** Reads return what was written. */
    READ_WRITE("RW"),
    /** Writes are ignored. */
    READ_ONLY("RO"),
    /** Reads return 0; writes only have side effects. */
    WRITE_ONLY("WO"),
    /** A read returns the value and clears it; writes are ignored. */
    READ_CLEAR("RC"),
    /** Bits written as 1 are cleared. */
    WRITE_1_CLEAR("W1C"),
    /** Bits written as 1 are set. */
    WRITE_1_SET("W1S"),
    /** A read returns the value and clears it; bits written as 1 are cleared. */
    READ_CLEAR_WRITE_1_CLEAR("RC/W1C");

    private final String abbreviation;

    Access(String abbreviation) {
        this.abbreviation = abbreviation;
    }

    /** As datasheets abbreviate it. */
    public String abbreviation() {
        return abbreviation;
    }
}
