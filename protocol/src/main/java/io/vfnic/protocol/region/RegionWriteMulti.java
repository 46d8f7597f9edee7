package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of REGION_WRITE_MULTI, command and reply (specification, section "VFIO_USER_REGION_WRITE_MULTI"): a count
 * and, in the command, that many writes of at most 8 bytes. The reply's count is that of the writes done.
 */
public final class RegionWriteMulti extends Flyweight {
    /** u64, how many writes follow. */
    public static final int COUNT_OFFSET = 0;
    /** The writes. */
    public static final int WRITES_OFFSET = 8;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 8;
    /** Length of a write. */
    public static final int WRITE_LENGTH = 24;
    /** u64 in a write, offset in the region. */
    public static final int WRITE_REGION_OFFSET_OFFSET = 0;
    /** u32 in a write, the region's index. */
    public static final int WRITE_REGION_OFFSET = 8;
    /** u32 in a write, bytes of data. */
    public static final int WRITE_COUNT_OFFSET = 12;
    /** In a write, the data. */
    public static final int WRITE_DATA_OFFSET = 16;
    /** Most bytes in a write. */
    public static final int MAX_WRITE = 8;

    /** Views a payload of this length, 8 or more. */
    public RegionWriteMulti wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The number of writes. */
    public long count() {
        return u64(COUNT_OFFSET);
    }

    /** Sets the number of writes. */
    public RegionWriteMulti count(long count) {
        u64(COUNT_OFFSET, count);
        return this;
    }

    /** Where in the view a write begins; its first 16 bytes are laid out as a {@link RegionAccess}. */
    public static int writeOffset(int write) {
        return WRITES_OFFSET + write * WRITE_LENGTH;
    }

    /** The offset of a write in its region. */
    public long regionOffset(int write) {
        return u64(writeOffset(write) + WRITE_REGION_OFFSET_OFFSET);
    }

    /** The index of a write's region. */
    public long region(int write) {
        return u32(writeOffset(write) + WRITE_REGION_OFFSET);
    }

    /** The number of bytes a write has. */
    public long writeCount(int write) {
        return u32(writeOffset(write) + WRITE_COUNT_OFFSET);
    }

    /** Sets a write. The data is the low {@code byteCount} bytes of the value. */
    public RegionWriteMulti write(
        int write, long regionOffset, int region, int byteCount, long data) {
        int at = writeOffset(write);
        u64(at + WRITE_REGION_OFFSET_OFFSET, regionOffset);
        u32(at + WRITE_REGION_OFFSET, region);
        u32(at + WRITE_COUNT_OFFSET, byteCount);
        u64(at + WRITE_DATA_OFFSET, data);
        return this;
    }

    /** The eight data bytes of a write as a little-endian number. */
    public long data(int write) {
        return u64(writeOffset(write) + WRITE_DATA_OFFSET);
    }
}
