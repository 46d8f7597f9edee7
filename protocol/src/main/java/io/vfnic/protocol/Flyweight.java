package io.vfnic.protocol;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A little-endian view of part of a buffer.
 * <p>
 * The view is exactly as long as it was wrapped: an access outside it throws {@link IndexOutOfBoundsException} and so
 * cannot reach the next message. Not thread-safe; one instance serves one thread and any number of messages.
 */
public abstract class Flyweight {
    /** The viewed bytes; index 0 is the first byte of the structure. */
    protected final UnsafeBuffer buffer = new UnsafeBuffer();

    /** For subclasses in the packages of each subject. */
    protected Flyweight() {
    }

    /**
     * Views {@code length} bytes from {@code offset}. Named differently from the subclasses' {@code wrap} so that these
     * can return their own type.
     *
     * @throws IndexOutOfBoundsException if the buffer does not hold that range.
     */
    protected final void bind(DirectBuffer source, int offset, int length) {
        buffer.wrap(source, offset, length);
    }

    /** Length of the view in bytes. */
    public final int length() {
        return buffer.capacity();
    }

    /** Sets every byte of the view to zero: a client must send reserved and unused fields as zero. */
    public final void clear() {
        buffer.setMemory(0, buffer.capacity(), (byte)0);
    }

    /** An unsigned 16-bit field. */
    protected final int u16(int fieldOffset) {
        return buffer.getShort(fieldOffset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    /** Stores the low 16 bits of the value. */
    protected final void u16(int fieldOffset, int value) {
        buffer.putShort(fieldOffset, (short)value, ByteOrder.LITTLE_ENDIAN);
    }

    /** A 32-bit field as its bit pattern, for flags. */
    protected final int bits32(int fieldOffset) {
        return buffer.getInt(fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    /** Stores a 32-bit pattern. */
    protected final void bits32(int fieldOffset, int value) {
        buffer.putInt(fieldOffset, value, ByteOrder.LITTLE_ENDIAN);
    }

    /** An unsigned 32-bit field, 0 to 4294967295. */
    protected final long u32(int fieldOffset) {
        return Integer.toUnsignedLong(buffer.getInt(fieldOffset, ByteOrder.LITTLE_ENDIAN));
    }

    /** Stores the low 32 bits of the value. */
    protected final void u32(int fieldOffset, long value) {
        buffer.putInt(fieldOffset, (int)value, ByteOrder.LITTLE_ENDIAN);
    }

    /** An unsigned 64-bit field as its bit pattern. */
    protected final long u64(int fieldOffset) {
        return buffer.getLong(fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    /** Stores an unsigned 64-bit field. */
    protected final void u64(int fieldOffset, long value) {
        buffer.putLong(fieldOffset, value, ByteOrder.LITTLE_ENDIAN);
    }
}
