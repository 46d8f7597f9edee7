package io.vfnic.protocol.dma;

import io.vfnic.protocol.MessageHeader;

/** How a client lays out DMA_READ and DMA_WRITE. Which one it is, is learnt by a probe: {@link #ofProbeReply(long)}. */
public enum DmaAccessLayout {
    /** The specification's: u64 count, data at 16; the reply to a write has a payload. QEMU 11.1 and later. */
    SPECIFICATION(16, 16),
    /**
     * QEMU up to 11.0: u32 count, data at 12 but message sizes as if it were at 16 (four spare bytes at the end); the
     * reply to a write is a header alone.
     */
    LEGACY(12, 0);

    private final int dataOffset;
    private final int writeReplyLength;

    DmaAccessLayout(int dataOffset, int writeReplyLength) {
        this.dataOffset = dataOffset;
        this.writeReplyLength = writeReplyLength;
    }

    /** Where the data begins in a payload. */
    public int dataOffset() {
        return dataOffset;
    }

    /** Length of the payload of a reply to DMA_WRITE. */
    public int writeReplyLength() {
        return writeReplyLength;
    }

    /**
     * The layout of a client that answered a DMA_WRITE of no bytes with a message of this size. Needs neither mapped
     * memory nor bus mastering, so it can be asked at any time after VERSION.
     *
     * @param messageSize size of the whole reply, which is not an error.
     */
    public static DmaAccessLayout ofProbeReply(long messageSize) {
        return messageSize == MessageHeader.LENGTH ? LEGACY : SPECIFICATION;
    }
}
