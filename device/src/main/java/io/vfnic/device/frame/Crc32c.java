package io.vfnic.device.frame;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * CRC32C (Castagnoli, RFC 3720 section B.4), the checksum of SCTP (RFC 9260 appendix A).
 *
 * <p>The running <em>state</em> starts as {@link #INITIAL}, goes through any number of updates and ends in
 * {@link #finish(int)}. The JDK's CRC32C takes only arrays and byte buffers, not addresses, hence our own
 * slicing-by-8 tables.
 */
public final class Crc32c {
    /** State before the first byte. */
    public static final int INITIAL = -1;

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final int REFLECTED_POLYNOMIAL = 0x82F6_3B78;
    private static final int SLICES = 8;
    /** Slice s, byte b: the effect of b followed by s zero bytes. */
    private static final int[] TABLE = table();

    private Crc32c() {
    }

    private static int[] table() {
        int[] table = new int[SLICES << 8];
        for (int value = 0; value < 256; value++) {
            int crc = value;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED_POLYNOMIAL;
            }
            table[value] = crc;
        }
        for (int i = 256; i < table.length; i++) {
            int previous = table[i - 256];
            table[i] = previous >>> 8 ^ table[previous & 0xFF];
        }
        return table;
    }

    /**
     * State after {@code length} bytes of memory.
     *
     * @param address host address of the first byte, any alignment
     * @param length bytes, 0 or more; not checked against anything
     */
    public static int update(int state, long address, int length) {
        return update(state, null, address, length);
    }

    /** State after a range of a buffer; throws {@link IndexOutOfBoundsException} if the range is not inside it. */
    public static int update(int state, DirectBuffer buffer, int index, int length) {
        buffer.boundsCheck(index, length);
        return update(state, buffer.byteArray(), buffer.addressOffset() + index, length);
    }

    /** State after one byte (its low 8 bits). */
    public static int update(int state, int value) {
        return state >>> 8 ^ TABLE[(state ^ value) & 0xFF];
    }

    private static int update(int state, byte[] base, long offset, int length) {
        int[] table = TABLE;
        int crc = state;
        int sliced = length & -SLICES;
        for (int i = 0; i < sliced; i += SLICES) {
            long word = UnsafeApi.getLong(base, offset + i);
            if (!LITTLE_ENDIAN) {
                word = Long.reverseBytes(word);
            }
            int low = crc ^ (int) word;
            int high = (int) (word >>> 32);
            crc = table[0x700 | low & 0xFF] ^ table[0x600 | low >>> 8 & 0xFF]
                    ^ table[0x500 | low >>> 16 & 0xFF] ^ table[0x400 | low >>> 24]
                    ^ table[0x300 | high & 0xFF] ^ table[0x200 | high >>> 8 & 0xFF]
                    ^ table[0x100 | high >>> 16 & 0xFF] ^ table[high >>> 24];
        }
        for (int i = sliced; i < length; i++) {
            crc = update(crc, UnsafeApi.getByte(base, offset + i));
        }
        return crc;
    }

    /** The CRC of all bytes seen. SCTP stores it little-endian. */
    public static int finish(int state) {
        return ~state;
    }
}
