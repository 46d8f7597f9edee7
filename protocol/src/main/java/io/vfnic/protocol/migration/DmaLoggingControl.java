package io.vfnic.protocol.migration;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Data of the feature DMA_LOGGING_START, to and fro. No ranges means everything. */
public final class DmaLoggingControl extends Flyweight {
    /** u64, bytes; a hint, in the reply what the server chose. */
    public static final int PAGE_SIZE_OFFSET = 0;
    /** u32, ranges that follow. 4 reserved bytes come after it. */
    public static final int RANGE_COUNT_OFFSET = 8;
    /** The ranges. */
    public static final int RANGES_OFFSET = 16;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 16;

    /** Length of a range: u64 IOVA, u64 bytes. */
    public static final int RANGE_LENGTH = 16;

    /** Views a payload of this length, 16 or more. */
    public DmaLoggingControl wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The page size in bytes. */
    public long pageSize() {
        return u64(PAGE_SIZE_OFFSET);
    }

    /** Sets the page size in bytes. */
    public DmaLoggingControl pageSize(long pageSize) {
        u64(PAGE_SIZE_OFFSET, pageSize);
        return this;
    }

    /** The number of ranges. */
    public long rangeCount() {
        return u32(RANGE_COUNT_OFFSET);
    }

    /** Sets the number of ranges. */
    public DmaLoggingControl rangeCount(long rangeCount) {
        u32(RANGE_COUNT_OFFSET, rangeCount);
        return this;
    }

    /** The first IOVA of a range. */
    public long rangeAddress(int range) {
        return u64(RANGES_OFFSET + range * RANGE_LENGTH);
    }

    /** The length of a range in bytes. */
    public long rangeLength(int range) {
        return u64(RANGES_OFFSET + range * RANGE_LENGTH + Long.BYTES);
    }

    /** Sets a range. */
    public DmaLoggingControl range(int range, long address, long rangeLength) {
        u64(RANGES_OFFSET + range * RANGE_LENGTH, address);
        u64(RANGES_OFFSET + range * RANGE_LENGTH + Long.BYTES, rangeLength);
        return this;
    }
}
