package io.vfnic.protocol.irq;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of the DEVICE_SET_IRQS command (specification, section "VFIO_USER_DEVICE_SET_IRQS"); the reply has none.
 * Eventfds come as file descriptors: all or none, the i-th being for vector start + i.
 */
public final class SetIrqs extends Flyweight {
    /** u32, size of this structure; there is no reply payload. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, one DATA and one ACTION flag. */
    public static final int FLAGS_OFFSET = 4;
    /** u32, the interrupt type. */
    public static final int INDEX_OFFSET = 8;
    /** u32, the first vector. */
    public static final int START_OFFSET = 12;
    /** u32, how many vectors. */
    public static final int COUNT_OFFSET = 16;
    /** With {@link #DATA_BOOL}: the bytes. */
    public static final int BOOLEANS_OFFSET = 20;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 20;

    /** Data: none; the action holds for every vector of the range. */
    public static final int DATA_NONE = 1;
    /** Data: a byte for each vector; the action holds where it is not 0. */
    public static final int DATA_BOOL = 1 << 1;
    /** Data: file descriptors; without any, those of the range are dropped. */
    public static final int DATA_EVENTFD = 1 << 2;
    /** Every DATA flag. */
    public static final int DATA_MASK = DATA_NONE | DATA_BOOL | DATA_EVENTFD;
    /** Action: mask. */
    public static final int ACTION_MASK = 1 << 3;
    /** Action: unmask. */
    public static final int ACTION_UNMASK = 1 << 4;
    /** Action: trigger. */
    public static final int ACTION_TRIGGER = 1 << 5;
    /** Every ACTION flag. */
    public static final int ACTION_BITS = ACTION_MASK | ACTION_UNMASK | ACTION_TRIGGER;

    /** Views a payload of this length, 20 or more. */
    public SetIrqs wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The size of the request payload as the client claims it. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the size of the request payload as the client claims it. */
    public SetIrqs argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public SetIrqs flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The index of the interrupt type. */
    public long index() {
        return u32(INDEX_OFFSET);
    }

    /** Sets the index of the interrupt type. */
    public SetIrqs index(long index) {
        u32(INDEX_OFFSET, index);
        return this;
    }

    /** The first vector. */
    public long start() {
        return u32(START_OFFSET);
    }

    /** Sets the first vector. */
    public SetIrqs start(long start) {
        u32(START_OFFSET, start);
        return this;
    }

    /** The number of vectors. */
    public long count() {
        return u32(COUNT_OFFSET);
    }

    /** Sets the number of vectors. */
    public SetIrqs count(long count) {
        u32(COUNT_OFFSET, count);
        return this;
    }

    /** The DATA flags. */
    public int data() {
        return flags() & DATA_MASK;
    }

    /** The ACTION flags. */
    public int action() {
        return flags() & ACTION_BITS;
    }

    /** With {@link #DATA_BOOL}: whether the action holds for the vector start + i. */
    public boolean isSelected(int i) {
        return buffer.getByte(BOOLEANS_OFFSET + i) != 0;
    }

    /** With {@link #DATA_BOOL}: sets whether the action holds for the vector start + i. */
    public SetIrqs selected(int i, boolean selected) {
        buffer.putByte(BOOLEANS_OFFSET + i, (byte)(selected ? 1 : 0));
        return this;
    }

    /** Whether this disables every vector of the type: NONE and TRIGGER for no vector. */
    public boolean isDisableAll() {
        return count() == 0 && data() == DATA_NONE && action() == ACTION_TRIGGER;
    }

    /**
     * Whether the range lies inside a type of this many vectors. As in libvfio-user the first vector must exist even
     * where the range is empty, so that nothing at all, not even disabling, is accepted for a type without vectors.
     */
    public boolean fits(int vectors) {
        return start() < vectors && start() + count() <= vectors;
    }
}
