package io.vfnic.device.pf;

/**
 * An Ethernet address.
 *
 * @param value the six bytes, the first one on the wire in bits 47:40.
 */
public record MacAddress(long value) {
    private static final long GROUP = 1L << 40;
    private static final long LOCAL = 1L << 41;

    /** Checks that there are no more than 48 bits. */
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("not 48 bits: 0x" + Long.toHexString(value));
        }
    }

    /**
     * Reads {@code 52:54:00:12:34:56}.
     *
     * @throws IllegalArgumentException where the text is not six two-digit hexadecimal bytes joined by colons.
     */
    public static MacAddress parse(String text) {
        if (!text.matches("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")) {
            throw new IllegalArgumentException("'" + text + "' is not a MAC address such as 52:54:00:12:34:56");
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    /**
     * The address that registers and mailboxes hold: byte 0 in the low byte of {@code low}, byte 4 in that of {@code
     * high}.
     */
    public static MacAddress ofRegisters(int low, int high) {
        long swapped = Integer.reverseBytes(low) & 0xFFFFFFFFL;
        return new MacAddress(swapped << 16 | Short.reverseBytes((short)high) & 0xFFFFL);
    }

    /** A locally administered unicast address made from a seed, ending in a number of 0 to 255. */
    public static MacAddress generated(long seed, int number) {
        // The splitmix64 finalizer: neighbouring seeds give addresses without a visible pattern.
        long bits = seed;
        bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
        bits ^= bits >>> 31;
        long base = bits & 0x0000_FFFF_FFFF_FF00L & ~GROUP | LOCAL;
        return new MacAddress(base | number & 0xFF);
    }

    /** The first four bytes as RAL and mailbox dwords hold them. */
    public int low() {
        return Integer.reverseBytes((int)(value >>> 16));
    }

    /** The last two bytes as RAH and mailbox dwords hold them, in bits 15:0. */
    public int high() {
        return Short.reverseBytes((short)value) & 0xFFFF;
    }

    /** Whether it can be a station's address: not zero, not a group. */
    public boolean isUnicast() {
        return value != 0 && (value & GROUP) == 0;
    }

    @Override
    public String toString() {
        String digits = String.format("%012x", value);
        return digits.replaceAll("(..)(?!$)", "$1:");
    }
}
