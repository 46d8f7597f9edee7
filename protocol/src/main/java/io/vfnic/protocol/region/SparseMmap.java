package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** The capability that names the mappable parts of a region (Linux's struct vfio_region_info_cap_sparse_mmap). */
public final class SparseMmap extends Flyweight {
    /** u32, how many areas follow. */
    public static final int AREA_COUNT_OFFSET = 8;
    /** The areas. */
    public static final int AREAS_OFFSET = 16;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 16;

    /** Capability id. */
    public static final int ID = 1;
    /** Capability version. */
    public static final int VERSION = 1;
    /** Length of one area: u64 offset in the region, u64 size. */
    public static final int AREA_LENGTH = 16;

    /** Views a payload of this length, 16 or more. */
    public SparseMmap wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The number of areas. */
    public long areaCount() {
        return u32(AREA_COUNT_OFFSET);
    }

    /** Sets the number of areas. */
    public SparseMmap areaCount(long areaCount) {
        u32(AREA_COUNT_OFFSET, areaCount);
        return this;
    }

    /** Length of the capability with this many areas. */
    public static int lengthWith(int areas) {
        return MIN_LENGTH + areas * AREA_LENGTH;
    }

    /** The offset of an area in the region. */
    public long areaOffset(int area) {
        return u64(AREAS_OFFSET + area * AREA_LENGTH);
    }

    /** The size of an area in bytes. */
    public long areaSize(int area) {
        return u64(AREAS_OFFSET + area * AREA_LENGTH + Long.BYTES);
    }

    /** Sets an area. */
    public SparseMmap area(int area, long regionOffset, long size) {
        u64(AREAS_OFFSET + area * AREA_LENGTH, regionOffset);
        u64(AREAS_OFFSET + area * AREA_LENGTH + Long.BYTES, size);
        return this;
    }
}
