package io.vfnic.protocol.irq;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Payload of DEVICE_GET_IRQ_INFO, command and reply (specification, section "VFIO_USER_DEVICE_GET_IRQ_INFO"). */
public final class IrqInfo extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, in the reply. */
    public static final int FLAGS_OFFSET = 4;
    /** u32, the interrupt type. */
    public static final int INDEX_OFFSET = 8;
    /** u32, in the reply. */
    public static final int COUNT_OFFSET = 12;
    /** Length in bytes. */
    public static final int LENGTH = 16;

    /** Flag: can be signalled by eventfd. */
    public static final int EVENTFD = 1;
    /** Flag: MASK and UNMASK are supported. */
    public static final int MASKABLE = 1 << 1;
    /** Flag: masks itself when triggered, until UNMASK. */
    public static final int AUTOMASKED = 1 << 2;
    /** Flag: vectors are set up as a set; none can be added without disabling all. */
    public static final int NORESIZE = 1 << 3;

    /** Views the structure at the offset. */
    public IrqInfo wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public IrqInfo argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public IrqInfo flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The index of the interrupt type. */
    public long index() {
        return u32(INDEX_OFFSET);
    }

    /** Sets the index of the interrupt type. */
    public IrqInfo index(long index) {
        u32(INDEX_OFFSET, index);
        return this;
    }

    /** The number of vectors of the type. */
    public long count() {
        return u32(COUNT_OFFSET);
    }

    /** Sets the number of vectors of the type. */
    public IrqInfo count(long count) {
        u32(COUNT_OFFSET, count);
        return this;
    }
}
