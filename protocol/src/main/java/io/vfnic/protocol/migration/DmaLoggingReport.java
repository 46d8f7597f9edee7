package io.vfnic.protocol.migration;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Data of the feature DMA_LOGGING_REPORT. The bits, in u64 units, are in the reply only. */
public final class DmaLoggingReport extends Flyweight {
    /** u64, first IOVA. */
    public static final int ADDRESS_OFFSET = 0;
    /** u64, bytes. */
    public static final int RANGE_LENGTH_OFFSET = 8;
    /** u64, bytes, a power of two. */
    public static final int PAGE_SIZE_OFFSET = 16;
    /** The bits. */
    public static final int BITS_OFFSET = 24;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 24;

    /** Views a payload of this length, 24 or more. */
    public DmaLoggingReport wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The first IOVA of the range. */
    public long address() {
        return u64(ADDRESS_OFFSET);
    }

    /** Sets the first IOVA of the range. */
    public DmaLoggingReport address(long address) {
        u64(ADDRESS_OFFSET, address);
        return this;
    }

    /** The length of the range in bytes. */
    public long rangeLength() {
        return u64(RANGE_LENGTH_OFFSET);
    }

    /** Sets the length of the range in bytes. */
    public DmaLoggingReport rangeLength(long rangeLength) {
        u64(RANGE_LENGTH_OFFSET, rangeLength);
        return this;
    }

    /** The page size that one bit stands for, in bytes. */
    public long pageSize() {
        return u64(PAGE_SIZE_OFFSET);
    }

    /** Sets the page size that one bit stands for, in bytes. */
    public DmaLoggingReport pageSize(long pageSize) {
        u64(PAGE_SIZE_OFFSET, pageSize);
        return this;
    }

    /** The i-th 64 bits; bit 0 of the first is the first page. */
    public long bits(int i) {
        return u64(BITS_OFFSET + i * Long.BYTES);
    }

    /** Sets the i-th 64 bits. */
    public DmaLoggingReport bits(int i, long bits) {
        u64(BITS_OFFSET + i * Long.BYTES, bits);
        return this;
    }
}
