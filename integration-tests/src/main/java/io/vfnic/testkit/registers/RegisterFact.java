package io.vfnic.testkit.registers;

import java.util.stream.IntStream;

/**
 * What one register of the 82576, or each of an array of like ones, does.
 *
 * @param kind        what reading and writing does.
 * @param offset      of the (first) register in its BAR, bytes.
 * @param name        as in the datasheet.
 * @param count       how many there are.
 * @param stride      bytes from one to the next.
 * @param reset       what it reads after a reset.
 * @param afterOnes   what it reads after all ones were written to it after a reset.
 * @param afterZeros  what it reads after 0 was written to it after that.
 * @param alias       where the first ones appear too, {@link #NO_ALIAS} for none.
 * @param aliasCount  how many of them.
 * @param aliasStride bytes from one to the next there.
 */
public record RegisterFact(
    Kind kind, int offset, String name, int count, int stride, int reset, int afterOnes, int afterZeros,
    int alias, int aliasCount, int aliasStride) {
    /** No other address. */
    public static final int NO_ALIAS = -1;

    /** What reading and writing does. */
    public enum Kind {
        /** Reads give what was written, in the bits that there are. */
        READ_WRITE,
        /** Writes are ignored. */
        READ_ONLY,
        /** A read clears; writes are ignored. */
        READ_CLEAR,
        /** Bits written as 1 are cleared. */
        WRITE_1_CLEAR,
        /** Writes have side effects, or reads do: the values are those of one register after the other. */
        SPECIAL,
        /** The value is another at each read or on each card. */
        VARYING
    }

    /** Where an element is, bytes. */
    public int offset(int element) {
        return offset + element * stride;
    }

    /** Where else an element appears, {@link #NO_ALIAS} if nowhere. */
    public int alias(int element) {
        return alias != NO_ALIAS && element < aliasCount ? alias + element * aliasStride : NO_ALIAS;
    }

    /** All its addresses, bytes. */
    public IntStream offsets() {
        return IntStream.concat(IntStream.range(0, count).map(this::offset),
            IntStream.range(0, alias == NO_ALIAS ? 0 : aliasCount).map(this::alias));
    }

    /** The bits that can be written and read back. */
    public int writable() {
        return afterOnes & ~afterZeros;
    }

    @Override
    public String toString() {
        return "%s at 0x%05X%s".formatted(name, offset, count == 1 ? "" : ", " + count + " of them");
    }
}
