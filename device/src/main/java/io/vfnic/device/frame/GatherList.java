package io.vfnic.device.frame;

import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Bytes of a frame scattered over host memory: a list of (address, length) pieces read as one run of bytes.
 *
 * <p>The pieces are guest memory that the caller has checked; nothing outside them is ever read. The guest may change
 * the bytes at any time, so two reads of the same byte may differ. Capacity is fixed at construction. An offset found
 * is remembered: going through the list in ascending offsets costs no search from the start. Not thread-safe.
 */
public final class GatherList {
    private final long[] addresses;
    private final int[] lengths;
    private int pieceCount;
    private int totalLength;
    /** A piece that the last lookup ended in, and the offset of its first byte. */
    private int foundPiece;
    private int foundStart;

    /** An empty list of at most {@code capacity} pieces, 1 or more. */
    public GatherList(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " is less than 1");
        }
        addresses = new long[capacity];
        lengths = new int[capacity];
    }

    /** Removes all pieces. */
    public void clear() {
        pieceCount = 0;
        totalLength = 0;
        foundPiece = 0;
        foundStart = 0;
    }

    /**
     * Appends a piece. Pieces of length 0 are accepted and take no room; a piece that begins where the last one ends is
     * joined to it.
     *
     * @param address host address of the first byte
     * @param length bytes, 0 or more
     * @return false, with the list unchanged, if there is no room, the length is negative or the total would exceed
     *     {@link Integer#MAX_VALUE}
     */
    public boolean add(long address, int length) {
        if (length < 0 || length > Integer.MAX_VALUE - totalLength) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        int last = pieceCount - 1;
        if (last >= 0 && addresses[last] + lengths[last] == address) {
            lengths[last] += length;
        } else if (pieceCount == addresses.length) {
            return false;
        } else {
            addresses[pieceCount] = address;
            lengths[pieceCount] = length;
            pieceCount++;
        }
        totalLength += length;
        return true;
    }

    /** Greatest number of pieces. */
    public int capacity() {
        return addresses.length;
    }

    /** Number of pieces held. */
    public int pieceCount() {
        return pieceCount;
    }

    /** Host address of a piece, {@code piece} being 0 up to {@link #pieceCount()} - 1. */
    public long address(int piece) {
        return addresses[Objects.checkIndex(piece, pieceCount)];
    }

    /** Bytes in a piece, {@code piece} being 0 up to {@link #pieceCount()} - 1. */
    public int length(int piece) {
        return lengths[Objects.checkIndex(piece, pieceCount)];
    }

    /** Bytes in all pieces. */
    public int totalLength() {
        return totalLength;
    }

    /** Copies a range to memory. Throws {@link IndexOutOfBoundsException} if it is not inside the list. */
    public void copyTo(int offset, long destination, int length) {
        copyRange(offset, null, destination, length);
    }

    /** Copies a range to a buffer. Throws {@link IndexOutOfBoundsException} if either range is outside its owner. */
    public void copyTo(int offset, MutableDirectBuffer destination, int index, int length) {
        destination.boundsCheck(index, length);
        copyRange(offset, destination.byteArray(), destination.addressOffset() + index, length);
    }

    private void copyRange(int offset, byte[] base, long destination, int length) {
        int piece = find(offset, length);
        int skip = offset - foundStart;
        int done = 0;
        while (done < length) {
            int count = Math.min(lengths[piece] - skip, length - done);
            if (count <= ShortCopy.LONGEST) {
                ShortCopy.copy(null, addresses[piece] + skip, base, destination + done, count);
            } else {
                UnsafeApi.copyMemory(null, addresses[piece] + skip, base, destination + done, count);
            }
            done += count;
            skip = 0;
            piece++;
        }
    }

    /**
     * Ones' complement sum of a range as {@link InternetChecksum} defines it, the range beginning at an even distance;
     * pieces may have any length. Throws {@link IndexOutOfBoundsException} if it is not inside the list.
     */
    public int sum(int offset, int length) {
        int piece = find(offset, length);
        int skip = offset - foundStart;
        int done = 0;
        int total = 0;
        while (done < length) {
            int count = Math.min(lengths[piece] - skip, length - done);
            int sum = InternetChecksum.sum(addresses[piece] + skip, count);
            total = InternetChecksum.add(total, (done & 1) == 0 ? sum : InternetChecksum.swap(sum));
            done += count;
            skip = 0;
            piece++;
        }
        return total;
    }

    /** {@link Crc32c} state after a range. Throws {@link IndexOutOfBoundsException} if it is not inside the list. */
    public int crc32c(int state, int offset, int length) {
        int piece = find(offset, length);
        int skip = offset - foundStart;
        int done = 0;
        int crc = state;
        while (done < length) {
            int count = Math.min(lengths[piece] - skip, length - done);
            crc = Crc32c.update(crc, addresses[piece] + skip, count);
            done += count;
            skip = 0;
            piece++;
        }
        return crc;
    }

    /** Checks a range and finds the piece with its first byte; {@link #foundStart} is the offset of that piece. */
    private int find(int offset, int length) {
        Objects.checkFromIndexSize(offset, length, totalLength);
        if (length == 0) {
            return pieceCount;
        }
        if (offset < foundStart) {
            foundPiece = 0;
            foundStart = 0;
        }
        while (offset - foundStart >= lengths[foundPiece]) {
            foundStart += lengths[foundPiece];
            foundPiece++;
        }
        return foundPiece;
    }
}
