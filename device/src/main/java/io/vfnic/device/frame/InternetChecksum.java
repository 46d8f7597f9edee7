package io.vfnic.device.frame;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The ones' complement sum of RFC 1071.
 *
 * <p>A <em>sum</em> is the folded, not complemented, 16-bit sum of big-endian words, 0x0000..0xFFFF; a last odd byte
 * counts as the high half of a word. A <em>checksum</em> is the complement of a sum, as stored in a header. A sum is 0
 * only if every byte summed was 0. The sum of a range that begins at an odd distance from the start of the data it
 * belongs to must go through {@link #swap(int)} before it is added.
 */
public final class InternetChecksum {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW_32 = 0xFFFF_FFFFL;

    private InternetChecksum() {
    }

    /**
     * Sum of {@code length} bytes of memory.
     *
     * @param address host address of the first byte, any alignment
     * @param length bytes, 0 or more; not checked against anything
     */
    public static int sum(long address, int length) {
        return sum(null, address, length);
    }

    /** Sum of a range of a buffer; throws {@link IndexOutOfBoundsException} if the range is not inside it. */
    public static int sum(DirectBuffer buffer, int index, int length) {
        buffer.boundsCheck(index, length);
        return sum(buffer.byteArray(), buffer.addressOffset() + index, length);
    }

    /**
     * Sums in native byte order and swaps once at the end, which RFC 1071 section 2 (B) allows. No carry is lost: 2^31
     * bytes, a long's two halves added up, come to less than 2^61.
     * <p>
     * The loop is as plain as the JIT compiler wants it for vector instructions. An accumulator to which loads are
     * added as they are, or a loop unrolled by hand, would keep it from that.
     */
    private static int sum(byte[] base, long offset, int length) {
        long sum = 0;
        int longs = length & -Long.BYTES;
        for (int i = 0; i < longs; i += Long.BYTES) {
            long eight = UnsafeApi.getLong(base, offset + i);
            sum += (eight & LOW_32) + (eight >>> 32);
        }
        int i = longs;
        if (i + 4 <= length) {
            sum += UnsafeApi.getInt(base, offset + i) & LOW_32;
            i += 4;
        }
        if (i + 2 <= length) {
            sum += UnsafeApi.getShort(base, offset + i) & 0xFFFF;
            i += 2;
        }
        if (i < length) {
            int last = UnsafeApi.getByte(base, offset + i) & 0xFF;
            sum += LITTLE_ENDIAN ? last : last << 8;
        }
        int folded = fold(sum);
        return LITTLE_ENDIAN ? swap(folded) : folded;
    }

    /** Folds an accumulator of 16-bit words (unsigned) into 16 bits with end-around carry. */
    public static int fold(long accumulator) {
        long sum = (accumulator & LOW_32) + (accumulator >>> 32);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (int) sum;
    }

    /** The sum of two sums. */
    public static int add(int sum, int other) {
        int total = sum + other;
        return (total & 0xFFFF) + (total >>> 16);
    }

    /** The sum of the same bytes moved by one: what data at an odd offset contributes (RFC 1071 section 2 (B)). */
    public static int swap(int sum) {
        return (sum & 0xFF) << 8 | sum >>> 8 & 0xFF;
    }

    /** The checksum that belongs to a sum. */
    public static int checksum(int sum) {
        return ~sum & 0xFFFF;
    }

    /** A checksum after one 16-bit word of the data changed (RFC 1624 equation 3). */
    public static int update(int checksum, int oldWord, int newWord) {
        return checksum(add(add(checksum(checksum), checksum(oldWord)), newWord & 0xFFFF));
    }

    /**
     * Sum of the IPv4 pseudo-header (RFC 793 section 3.1).
     *
     * @param buffer holds the IPv4 header
     * @param ipIndex index of the IPv4 header; its first 20 bytes must be inside the buffer
     * @param protocol IP protocol number of the upper layer
     * @param length bytes of the upper layer, header and data, 0..65535
     */
    public static int pseudoHeaderIpv4(DirectBuffer buffer, int ipIndex, int protocol, int length) {
        return add(sum(buffer, ipIndex + Headers.IPV4_SOURCE, 8), add(protocol & 0xFF, length & 0xFFFF));
    }

    /**
     * Sum of the IPv6 pseudo-header (RFC 8200 section 8.1), with the destination of the IPv6 header itself.
     *
     * @param buffer holds the IPv6 header
     * @param ipIndex index of the IPv6 header; its 40 bytes must be inside the buffer
     * @param protocol IP protocol number of the upper layer
     * @param length bytes of the upper layer, header and data
     */
    public static int pseudoHeaderIpv6(DirectBuffer buffer, int ipIndex, int protocol, int length) {
        return add(sum(buffer, ipIndex + Headers.IPV6_SOURCE, 32), fold((protocol & 0xFFL) + (length & LOW_32)));
    }
}
