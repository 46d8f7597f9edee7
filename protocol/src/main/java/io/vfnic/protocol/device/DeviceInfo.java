package io.vfnic.protocol.device;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Payload of DEVICE_GET_INFO, command and reply (specification, section "VFIO_USER_DEVICE_GET_INFO"). */
public final class DeviceInfo extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, in the reply. */
    public static final int FLAGS_OFFSET = 4;
    /** u32, in the reply. */
    public static final int REGION_COUNT_OFFSET = 8;
    /** u32, in the reply. */
    public static final int IRQ_COUNT_OFFSET = 12;
    /** Length in bytes. */
    public static final int LENGTH = 16;

    /** Flag: DEVICE_RESET is supported. */
    public static final int RESET = 1;
    /** Flag: this is a PCI device. */
    public static final int PCI = 1 << 1;

    /** Views the structure at the offset. */
    public DeviceInfo wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public DeviceInfo argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public DeviceInfo flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The number of regions. */
    public long regionCount() {
        return u32(REGION_COUNT_OFFSET);
    }

    /** Sets the number of regions. */
    public DeviceInfo regionCount(long regionCount) {
        u32(REGION_COUNT_OFFSET, regionCount);
        return this;
    }

    /** The number of interrupt types. */
    public long irqCount() {
        return u32(IRQ_COUNT_OFFSET);
    }

    /** Sets the number of interrupt types. */
    public DeviceInfo irqCount(long irqCount) {
        u32(IRQ_COUNT_OFFSET, irqCount);
        return this;
    }
}
