package io.vfnic.device.pci;

/** Where a capability declares its fields. Offsets are relative to its start, values little-endian. */
public interface ConfigFields {
    /**
     * A 16-bit field.
     *
     * @param writable bits that a write changes.
     */
    void word(int offset, int resetValue, int writable);

    /** A 32-bit field; the arguments as in {@link #word}. */
    void dword(int offset, int resetValue, int writable);

    /** A 16-bit field, reset to 0, whose bits of {@code mask} are cleared by writing 1. */
    void wordWrite1ToClear(int offset, int mask);

    /** A 32-bit field, reset to 0, whose bits of {@code mask} are cleared by writing 1. */
    void dwordWrite1ToClear(int offset, int mask);
}
