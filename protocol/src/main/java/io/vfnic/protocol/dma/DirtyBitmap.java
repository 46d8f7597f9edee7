package io.vfnic.protocol.dma;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * What follows a DMA_UNMAP that asks for dirty pages (Linux's struct vfio_bitmap): one bit for each page, bit 0 of byte
 * 0 being the first page of the range. The bits are in the reply only.
 */
public final class DirtyBitmap extends Flyweight {
    /** u64, bytes, a power of two. */
    public static final int PAGE_SIZE_OFFSET = 0;
    /** u64, size of the bits in bytes. */
    public static final int BITMAP_SIZE_OFFSET = 8;
    /** The bits. */
    public static final int BITS_OFFSET = 16;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 16;

    /** Views a payload of this length, 16 or more. */
    public DirtyBitmap wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The size of the page that one bit stands for, in bytes. */
    public long pageSize() {
        return u64(PAGE_SIZE_OFFSET);
    }

    /** Sets the size of the page that one bit stands for, in bytes. */
    public DirtyBitmap pageSize(long pageSize) {
        u64(PAGE_SIZE_OFFSET, pageSize);
        return this;
    }

    /** The size of the bits in bytes. */
    public long bitmapSize() {
        return u64(BITMAP_SIZE_OFFSET);
    }

    /** Sets the size of the bits in bytes. */
    public DirtyBitmap bitmapSize(long bitmapSize) {
        u64(BITMAP_SIZE_OFFSET, bitmapSize);
        return this;
    }

    /** Whether the page is marked. Pages count from the start of the range. */
    public boolean isDirty(int page) {
        return (buffer.getByte(BITS_OFFSET + (page >> 3)) & (1 << (page & 7))) != 0;
    }

    /** Marks a page. */
    public void markDirty(int page) {
        int index = BITS_OFFSET + (page >> 3);
        buffer.putByte(index, (byte)(buffer.getByte(index) | (1 << (page & 7))));
    }
}
