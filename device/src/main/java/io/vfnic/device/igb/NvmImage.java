package io.vfnic.device.igb;

import java.util.Arrays;

/** The words of the card's NVM: those of a working 82576 with an address of its own and a valid checksum. */
public final class NvmImage {
    /** Words that the NVM holds. */
    public static final int LENGTH = 1024;

    private static final int CHECKSUM_WORD = 0x3F;
    /** What words 0 to 3Fh add up to (82576, software checksum word). */
    private static final int CHECKSUM_TOTAL = 0xBABA;
    private static final int FIRST_DEFAULT = 3;
    /** Words 03h to 3Eh. */
    private static final int[] DEFAULTS = {
        0x0D34, 0xFFFF, 0x2010, 0xFFFF, 0xFFFF, 0x1040, 0xFFFF, 0x002B, 0xA03C, 0x8086, 0x10C9, 0x0000, 0x70C3,
        0x0004, 0x10C9, 0x5C00, 0x0000, 0x2880, 0x0014, 0x4A40, 0x0060, 0x6CFB, 0xC7B0, 0x0ABE, 0x0403, 0x0783,
        0x10A6, 0x0001, 0x0602, 0x0004, 0x0020, 0x0000, 0x004A, 0x2080, 0x00F5, 0x10CA, 0x0000, 0x0000, 0x0000,
        0x4784, 0x4602, 0x0000, 0x0000, 0x1000, 0xFFFF, 0x0100, 0x4000, 0x131F, 0x4013, 0x0100, 0x4000, 0xFFFF,
        0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0x00E0, 0xFFFF};

    private final short[] words = new short[LENGTH];

    /** @param mac the card's address, 48 bits, first byte on the wire highest. */
    public NvmImage(long mac) {
        Arrays.fill(words, (short)-1);
        for (int i = 0; i < 3; i++) {
            words[i] = Short.reverseBytes((short)(mac >>> (32 - 16 * i)));
        }
        for (int i = 0; i < DEFAULTS.length; i++) {
            words[FIRST_DEFAULT + i] = (short)DEFAULTS[i];
        }
        int sum = 0;
        for (int i = 0; i < CHECKSUM_WORD; i++) {
            sum += words[i];
        }
        words[CHECKSUM_WORD] = (short)(CHECKSUM_TOTAL - sum);
    }

    /** A word, 0 to FFFFh; what lies behind the end reads as erased. */
    public int word(int address) {
        return address < LENGTH ? words[address] & 0xFFFF : 0xFFFF;
    }

    /** Programs a word; what lies behind the end is ignored. */
    public void word(int address, int value) {
        if (address < LENGTH) {
            words[address] = (short)value;
        }
    }
}
