package io.vfnic.protocol.dma;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of the DMA_MAP command (specification, section "VFIO_USER_DMA_MAP"); the reply has none.
 * A file descriptor may come with it; without one the memory is reached by DMA_READ and DMA_WRITE messages.
 */
public final class DmaMap extends Flyweight {
    /** u32, size of this structure; there is no reply payload. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, what the server may do and how. */
    public static final int FLAGS_OFFSET = 4;
    /** u64, offset of the range in the file. */
    public static final int FD_OFFSET_OFFSET = 8;
    /** u64, first IOVA of the range. */
    public static final int ADDRESS_OFFSET = 16;
    /** u64, bytes. */
    public static final int SIZE_OFFSET = 24;
    /** Length in bytes. */
    public static final int LENGTH = 32;

    /** Flag: the server may read. */
    public static final int READ = 1;
    /** Flag: the server may write. */
    public static final int WRITE = 1 << 1;
    /** Flag: the file is to be mapped; needs a file descriptor. An extension of libvfio-user. */
    public static final int MMAP = 1 << 2;
    /** Flag: the file is to be read and written by system calls; needs a file descriptor. As above. */
    public static final int FILE_IO = 1 << 3;
    /** Every flag there is. */
    public static final int ALL_FLAGS = READ | WRITE | MMAP | FILE_IO;

    /** Views the structure at the offset. */
    public DmaMap wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The size of the request payload as the client claims it. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the size of the request payload as the client claims it. */
    public DmaMap argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public DmaMap flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The offset in the file, in bytes. */
    public long fdOffset() {
        return u64(FD_OFFSET_OFFSET);
    }

    /** Sets the offset in the file, in bytes. */
    public DmaMap fdOffset(long fdOffset) {
        u64(FD_OFFSET_OFFSET, fdOffset);
        return this;
    }

    /** The first IOVA of the range. */
    public long address() {
        return u64(ADDRESS_OFFSET);
    }

    /** Sets the first IOVA of the range. */
    public DmaMap address(long address) {
        u64(ADDRESS_OFFSET, address);
        return this;
    }

    /** The size of the range in bytes. */
    public long size() {
        return u64(SIZE_OFFSET);
    }

    /** Sets the size of the range in bytes. */
    public DmaMap size(long size) {
        u64(SIZE_OFFSET, size);
        return this;
    }
}
