package io.vfnic.protocol.dma;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of DMA_UNMAP, command and reply (specification, section "VFIO_USER_DMA_UNMAP"). With
 * {@link #GET_DIRTY_BITMAP} a {@link DirtyBitmap} follows, and in the reply its bits.
 */
public final class DmaUnmap extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, at most one of the two flags. */
    public static final int FLAGS_OFFSET = 4;
    /** u64, first IOVA of the range; 0 with {@link #ALL}. */
    public static final int ADDRESS_OFFSET = 8;
    /** u64, bytes; 0 with {@link #ALL}. */
    public static final int SIZE_OFFSET = 16;
    /** Length in bytes. */
    public static final int LENGTH = 24;

    /** Flag: report the dirty pages of the range. */
    public static final int GET_DIRTY_BITMAP = 1;
    /** Flag: remove every range. */
    public static final int ALL = 1 << 1;

    /** Views the structure at the offset. */
    public DmaUnmap wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public DmaUnmap argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public DmaUnmap flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The first IOVA of the range. */
    public long address() {
        return u64(ADDRESS_OFFSET);
    }

    /** Sets the first IOVA of the range. */
    public DmaUnmap address(long address) {
        u64(ADDRESS_OFFSET, address);
        return this;
    }

    /** The size of the range in bytes. */
    public long size() {
        return u64(SIZE_OFFSET);
    }

    /** Sets the size of the range in bytes. */
    public DmaUnmap size(long size) {
        u64(SIZE_OFFSET, size);
        return this;
    }
}
