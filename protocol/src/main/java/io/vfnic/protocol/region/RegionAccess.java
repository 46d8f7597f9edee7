package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of REGION_READ and REGION_WRITE, command and reply (specification, section "Read and Write Operations").
 * The data is in the write command and in the read reply.
 */
public final class RegionAccess extends Flyweight {
    /** u64, where in the region. */
    public static final int REGION_OFFSET_OFFSET = 0;
    /** u32, the region's index. */
    public static final int REGION_OFFSET = 8;
    /** u32, bytes to transfer. */
    public static final int COUNT_OFFSET = 12;
    /** The data. */
    public static final int DATA_OFFSET = 16;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 16;

    /** Views a payload of this length, 16 or more. */
    public RegionAccess wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The offset in the region in bytes. */
    public long regionOffset() {
        return u64(REGION_OFFSET_OFFSET);
    }

    /** Sets the offset in the region in bytes. */
    public RegionAccess regionOffset(long regionOffset) {
        u64(REGION_OFFSET_OFFSET, regionOffset);
        return this;
    }

    /** The region's index. */
    public long region() {
        return u32(REGION_OFFSET);
    }

    /** Sets the region's index. */
    public RegionAccess region(long region) {
        u32(REGION_OFFSET, region);
        return this;
    }

    /** The number of bytes to transfer. */
    public long count() {
        return u32(COUNT_OFFSET);
    }

    /** Sets the number of bytes to transfer. */
    public RegionAccess count(long count) {
        u32(COUNT_OFFSET, count);
        return this;
    }

    /** Whether the access lies inside a region of this size. */
    public boolean fits(long regionSize) {
        long start = regionOffset();
        return start >= 0 && start <= regionSize && count() <= regionSize - start;
    }
}
