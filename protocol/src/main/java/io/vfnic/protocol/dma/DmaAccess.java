package io.vfnic.protocol.dma;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of DMA_READ and DMA_WRITE, command and reply (specification, sections of these names), in either layout. The
 * data is in the write command and in the read reply.
 * <p>
 * Encode with a count below 2 to the 32: then the field is the same in both layouts as long as it is written before the
 * data, which {@link #encode} does.
 */
public final class DmaAccess extends Flyweight {
    /** u64, IOVA. */
    public static final int ADDRESS_OFFSET = 0;
    /** u64, or u32 in the legacy layout; bytes to transfer. */
    public static final int COUNT_OFFSET = 8;
    /** Length without data in either layout. */
    public static final int MIN_LENGTH = 16;

    private DmaAccessLayout layout = DmaAccessLayout.SPECIFICATION;

    /** Views a payload of this length, 16 or more, in this layout. */
    public DmaAccess wrap(
        DirectBuffer source, int offset, int length, DmaAccessLayout payloadLayout) {
        bind(source, offset, length);
        layout = payloadLayout;
        return this;
    }

    /** Sets address and count and clears what follows them up to the data. */
    public DmaAccess encode(long address, int count) {
        u64(ADDRESS_OFFSET, address);
        u64(COUNT_OFFSET, count);
        return this;
    }

    /** The IOVA. */
    public long address() {
        return u64(ADDRESS_OFFSET);
    }

    /** The number of bytes to transfer. */
    public long count() {
        return layout == DmaAccessLayout.LEGACY ? u32(COUNT_OFFSET) : u64(COUNT_OFFSET);
    }

    /** Where the data begins in this view. */
    public int dataOffset() {
        return layout.dataOffset();
    }

    /** Length of a payload with this much data, in either layout. */
    public static int lengthWith(int count) {
        return MIN_LENGTH + count;
    }
}
