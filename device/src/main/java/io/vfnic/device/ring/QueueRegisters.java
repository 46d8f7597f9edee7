package io.vfnic.device.ring;

import org.agrona.concurrent.AtomicBuffer;

/**
 * The registers of one receive or transmit queue, in memory laid out as the guest sees them: little-endian dwords, a
 * block of 64 bytes. Receive and transmit blocks share their layout but for SRRCTL and RQDPC (receive only) and TDWBA
 * (transmit only).
 * <p>
 * The guest's writes reach base, length, tail, control and SRRCTL (stored by the session for it, or by the guest itself
 * where the page is mapped into it); the engine agent that owns the queue publishes the head and the ENABLE bit.
 * Source: 82576 queue registers 0xC000 + 0x40 q and 0xE000 + 0x40 q.
 */
public final class QueueRegisters {
    /** Bytes of one queue's block. */
    public static final int BLOCK_LENGTH = 0x40;

    /** RDBAL, TDBAL: bits 31:7 of the ring's base address. */
    public static final int BASE_LOW_OFFSET = 0x00;
    /** RDBAH, TDBAH: bits 63:32 of the ring's base address. */
    public static final int BASE_HIGH_OFFSET = 0x04;
    /** RDLEN, TDLEN: bytes of the ring, a multiple of 128. */
    public static final int LENGTH_OFFSET = 0x08;
    /** SRRCTL: buffer sizes and descriptor type. */
    public static final int SPLIT_CONTROL_OFFSET = 0x0C;
    /** RDH, TDH: descriptor index. */
    public static final int HEAD_OFFSET = 0x10;
    /** DCA_RXCTL, DCA_TXCTL. */
    public static final int DCA_CONTROL_OFFSET = 0x14;
    /** RDT, TDT: descriptor index. */
    public static final int TAIL_OFFSET = 0x18;
    /** RXDCTL, TXDCTL: thresholds and ENABLE. */
    public static final int CONTROL_OFFSET = 0x28;
    /** RQDPC: packets dropped for want of descriptors. */
    public static final int DROP_COUNT_OFFSET = 0x30;
    /** TDWBAL: bit 0 enables head write-back, bits 31:2 of its address. */
    public static final int HEAD_WRITE_BACK_LOW_OFFSET = 0x38;
    /** TDWBAH: bits 63:32 of the head write-back address. */
    public static final int HEAD_WRITE_BACK_HIGH_OFFSET = 0x3C;

    /** RXDCTL.ENABLE and TXDCTL.ENABLE. */
    public static final int CONTROL_ENABLE = 1 << 25;
    /** RXDCTL.SWFLUSH and TXDCTL.SWFLUSH, self-clearing. */
    public static final int CONTROL_SWFLUSH = 1 << 26;

    /** SRRCTL.DROP_EN. */
    public static final int SPLIT_CONTROL_DROP_ENABLE = 1 << 31;

    private static final int MAX_HEADER_BUFFER_LENGTH = 960;

    private final AtomicBuffer page;
    private final int base;

    /**
     * @param page memory of at least {@code base} + {@link #BLOCK_LENGTH} bytes.
     * @param base where the block starts, a multiple of 4.
     */
    public QueueRegisters(AtomicBuffer page, int base) {
        page.boundsCheck(base, BLOCK_LENGTH);
        this.page = page;
        this.base = base;
    }

    /** Reads a register of the block with acquire semantics. */
    public int get(int offset) {
        return page.getIntVolatile(base + offset);
    }

    /** Writes a register of the block with release semantics. */
    public void set(int offset, int value) {
        page.putIntRelease(base + offset, value);
    }

    /** The ring's base address (IOVA), a multiple of 128. */
    public long ringAddress() {
        return ((long)get(BASE_HIGH_OFFSET) << 32) | (get(BASE_LOW_OFFSET) & 0xFFFFFF80L);
    }

    /** Descriptors in the ring, 0 to 65,528. */
    public int ringEntries() {
        return (get(LENGTH_OFFSET) & 0xFFF80) >>> 4;
    }

    /**
     * Index behind the last descriptor that the driver has handed over, as the driver wrote it: may exceed the ring.
     */
    public int tail() {
        return get(TAIL_OFFSET) & 0xFFFF;
    }

    /** Publishes the head. */
    public void head(int index) {
        set(HEAD_OFFSET, index);
    }

    /** Whether the driver asks for the queue to run. */
    public boolean isEnableRequested() {
        return (get(CONTROL_OFFSET) & CONTROL_ENABLE) != 0;
    }

    /** Clears bits of RXDCTL or TXDCTL, unless the guest writes the register at the same time: then its value stays. */
    public void clearControl(int bits) {
        final int value = get(CONTROL_OFFSET);
        if ((value & bits) != 0) {
            page.compareAndSetInt(base + CONTROL_OFFSET, value, value & ~bits);
        }
    }

    /** The head write-back address (IOVA), or 0 where head write-back is off. */
    public long headWriteBackAddress() {
        final int low = get(HEAD_WRITE_BACK_LOW_OFFSET);
        return (low & 1) == 0 ? 0 : ((long)get(HEAD_WRITE_BACK_HIGH_OFFSET) << 32) | (low & 0xFFFFFFFCL);
    }

    /** Bytes of a receive buffer: SRRCTL.BSIZEPKT in KiB; 0 where RCTL.BSIZE counts. */
    public int packetBufferLength() {
        return (get(SPLIT_CONTROL_OFFSET) & 0x7F) << 10;
    }

    /** SRRCTL.DROP_EN: what finds no descriptor is dropped and counted by the queue. */
    public boolean isDropEnabled() {
        return (get(SPLIT_CONTROL_OFFSET) & SPLIT_CONTROL_DROP_ENABLE) != 0;
    }

    /** Bytes of a header buffer: SRRCTL.BSIZEHDR, in units of 64; no more than the ten bits of HDR_LEN can tell. */
    public int headerBufferLength() {
        return Math.min(((get(SPLIT_CONTROL_OFFSET) >>> 8) & 0x3F) << 6, MAX_HEADER_BUFFER_LENGTH);
    }

    /** SRRCTL.DESCTYPE: 0 legacy, 1 advanced with one buffer, 2 header split, 5 header split always. */
    public int descriptorType() {
        return (get(SPLIT_CONTROL_OFFSET) >>> 25) & 7;
    }
}
