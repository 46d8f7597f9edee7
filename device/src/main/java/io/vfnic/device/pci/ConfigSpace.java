package io.vfnic.device.pci;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.util.ArrayList;
import java.util.List;

/**
 * A function's configuration space: 4,096 bytes, each bit read-only, writable or write-1-to-clear. Reads and writes of
 * any length are allowed, since clients read it whole at start and firmware writes bytes. Little-endian.
 * <p>
 * Threading: the session's thread only.
 */
public final class ConfigSpace {
    /** Bytes of a PCI Express function's configuration space. */
    public static final int LENGTH = 4096;

    private final byte[] resetValues;
    private final byte[] writable;
    private final byte[] clearable;
    private final byte[] values;
    private final List<Watch> watches = new ArrayList<>();

    ConfigSpace(byte[] resetValues, byte[] writable, byte[] clearable) {
        this.resetValues = resetValues.clone();
        this.writable = writable.clone();
        this.clearable = clearable.clone();
        this.values = resetValues.clone();
    }

    /** Puts every bit at its reset value. Listeners are not called. */
    public void reset() {
        System.arraycopy(resetValues, 0, values, 0, LENGTH);
    }

    /**
     * Calls {@code listener} after each write that touches the field of {@code width} bytes (1, 2 or 4) at {@code
     * offset}.
     */
    public void onWrite(int offset, int width, ConfigWriteListener listener) {
        if (width != 1 && width != 2 && width != 4 || offset < 0 || offset + width > LENGTH) {
            throw new IllegalArgumentException("field of " + width + " bytes at 0x" + Integer.toHexString(offset));
        }
        watches.add(new Watch(offset, width, listener));
    }

    /** Copies {@code length} bytes from {@code offset} on. The caller has checked that they lie in the space. */
    public void read(int offset, int length, MutableDirectBuffer destination, int index) {
        destination.putBytes(index, values, offset, length);
    }

    /** Writes {@code length} bytes from {@code offset} on. The caller has checked that they lie in the space. */
    public void write(int offset, int length, DirectBuffer source, int index) {
        int[] before = new int[watches.size()];
        for (int i = 0; i < before.length; i++) {
            before[i] = get(watches.get(i).offset, watches.get(i).width);
        }
        for (int i = 0; i < length; i++) {
            writeByte(offset + i, source.getByte(index + i));
        }
        for (int i = 0; i < before.length; i++) {
            Watch watch = watches.get(i);
            if (offset < watch.offset + watch.width && watch.offset < offset + length) {
                int written = written(watch, offset, length, source, index);
                watch.listener.written(before[i], written, get(watch.offset, watch.width));
            }
        }
    }

    /** The field of {@code width} bytes (1, 2 or 4) at {@code offset}, zero-extended. */
    public int get(int offset, int width) {
        int value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = (value << 8) | (values[offset + i] & 0xFF);
        }
        return value;
    }

    /** Sets a field from the device's side, whatever its mask. */
    public void set(int offset, int width, int value) {
        for (int i = 0; i < width; i++) {
            values[offset + i] = (byte)(value >>> (8 * i));
        }
    }

    private void writeByte(int offset, byte value) {
        int stored = (values[offset] & ~writable[offset]) | (value & writable[offset]);
        values[offset] = (byte)(stored & ~(value & clearable[offset]));
    }

    private static int written(
        Watch watch, int offset, int length, DirectBuffer source, int index) {
        int value = 0;
        for (int i = 0; i < watch.width; i++) {
            int position = watch.offset + i - offset;
            if (position >= 0 && position < length) {
                value |= (source.getByte(index + position) & 0xFF) << (8 * i);
            }
        }
        return value;
    }

    private record Watch(int offset, int width, ConfigWriteListener listener) { }
}
