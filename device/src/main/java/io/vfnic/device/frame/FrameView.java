package io.vfnic.device.frame;

import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over one frame, without CRC: its first bytes in a header scratch buffer, the rest in a gather list.
 *
 * <p>Offsets count from the frame's first byte (the destination address). Methods that take a range throw
 * {@link IndexOutOfBoundsException} if it is not inside the frame: that is an error of the caller, never of the guest,
 * whose lengths must be compared with {@link #length()} first. Holds a read position of its own, for copying the frame
 * to a chain of receive buffers. Not thread-safe.
 */
public final class FrameView {
    private static final int MAC_ADDRESS_LENGTH = 6;
    private static final long MAC_ADDRESS = 0xFFFF_FFFF_FFFFL;

    private UnsafeBuffer header;
    private int headerIndex;
    private int headerLength;
    private GatherList payload;
    private int payloadOffset;
    private int payloadLength;
    private int position;

    /** Views a frame whose gather list holds exactly what follows the header. */
    public FrameView wrap(UnsafeBuffer header, int headerIndex, int headerLength, GatherList payload) {
        return wrap(header, headerIndex, headerLength, payload, 0, payload.totalLength());
    }

    /**
     * Views a frame whose gather list holds all of it, as a transmit ring describes it. The header holds a copy of the
     * first {@code headerLength} bytes and stands in for them.
     */
    public FrameView wrapWhole(UnsafeBuffer header, int headerIndex, int headerLength, GatherList whole) {
        return wrap(header, headerIndex, headerLength, whole, headerLength, whole.totalLength() - headerLength);
    }

    /**
     * Views a frame whose bytes after the header are a range of a gather list. The read position is set to 0.
     *
     * @param header the scratch buffer
     * @param headerIndex index in it of the frame's first byte; room before it can take a VLAN tag
     * @param headerLength bytes of the frame in the scratch buffer
     * @param payload holds the bytes after the header
     * @param payloadOffset offset in the list of the first of them
     * @param payloadLength how many they are
     * @throws IndexOutOfBoundsException if a range is not inside its owner
     */
    public FrameView wrap(UnsafeBuffer header, int headerIndex, int headerLength, GatherList payload,
            int payloadOffset, int payloadLength) {
        header.boundsCheck(headerIndex, headerLength);
        Objects.checkFromIndexSize(payloadOffset, payloadLength, payload.totalLength());
        Math.addExact(headerLength, payloadLength);
        this.header = header;
        this.headerIndex = headerIndex;
        this.headerLength = headerLength;
        this.payload = payload;
        this.payloadOffset = payloadOffset;
        this.payloadLength = payloadLength;
        this.position = 0;
        return this;
    }

    /** Moves the frame's first byte within the scratch buffer, for a tag inserted (delta -4) or stripped (delta 4). */
    void moveStart(int delta) {
        headerIndex += delta;
        headerLength -= delta;
        position = 0;
    }

    /** The scratch buffer. */
    public UnsafeBuffer header() {
        return header;
    }

    /** Index in the scratch buffer of the frame's first byte. */
    public int headerIndex() {
        return headerIndex;
    }

    /** Bytes of the frame that are in the scratch buffer. */
    public int headerLength() {
        return headerLength;
    }

    /** The gather list. */
    public GatherList payload() {
        return payload;
    }

    /** Offset in the gather list of the first byte after the header. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of the frame, without CRC. */
    public int length() {
        return headerLength + payloadLength;
    }

    /** Destination MAC address, first byte on the wire highest; the header holds an Ethernet header at least. */
    public long destination() {
        return header.getLong(headerIndex, ByteOrder.BIG_ENDIAN) >>> 16;
    }

    /** Source MAC address, as {@link #destination()}. */
    public long source() {
        return header.getLong(headerIndex + MAC_ADDRESS_LENGTH - 2, ByteOrder.BIG_ENDIAN) & MAC_ADDRESS;
    }

    /** Ones' complement sum of a range, see {@link InternetChecksum}. */
    public int sum(int offset, int length) {
        int inHeader = inHeader(offset, length);
        int sum = 0;
        if (inHeader > 0) {
            sum = InternetChecksum.sum(header, headerIndex + offset, inHeader);
        }
        if (inHeader < length) {
            int rest = payload.sum(payloadOffset + offset + inHeader - headerLength, length - inHeader);
            sum = InternetChecksum.add(sum, (inHeader & 1) == 0 ? rest : InternetChecksum.swap(rest));
        }
        return sum;
    }

    /** {@link Crc32c} state after a range. */
    public int crc32c(int state, int offset, int length) {
        int inHeader = inHeader(offset, length);
        int crc = state;
        if (inHeader > 0) {
            crc = Crc32c.update(crc, header, headerIndex + offset, inHeader);
        }
        if (inHeader < length) {
            crc = payload.crc32c(crc, payloadOffset + offset + inHeader - headerLength, length - inHeader);
        }
        return crc;
    }

    /** Copies a range to memory. */
    public void copyTo(int offset, long destination, int length) {
        int inHeader = inHeader(offset, length);
        if (inHeader > 0) {
            UnsafeApi.copyMemory(header.byteArray(), header.addressOffset() + headerIndex + offset, null,
                    destination, inHeader);
        }
        if (inHeader < length) {
            payload.copyTo(payloadOffset + offset + inHeader - headerLength, destination + inHeader,
                    length - inHeader);
        }
    }

    /** Copies a range to a buffer. */
    public void copyTo(int offset, MutableDirectBuffer destination, int index, int length) {
        destination.boundsCheck(index, length);
        int inHeader = inHeader(offset, length);
        if (inHeader > 0) {
            destination.putBytes(index, header, headerIndex + offset, inHeader);
        }
        if (inHeader < length) {
            payload.copyTo(payloadOffset + offset + inHeader - headerLength, destination, index + inHeader,
                    length - inHeader);
        }
    }

    /** Checks a range and tells how many of its bytes are in the scratch buffer. */
    private int inHeader(int offset, int length) {
        Objects.checkFromIndexSize(offset, length, length());
        return Math.clamp((long) headerLength - offset, 0, length);
    }

    /** Puts the read position back to the first byte, to give the frame to one more receiver. */
    public void rewind() {
        position = 0;
    }

    /** Bytes from the read position to the end. */
    public int remaining() {
        return length() - position;
    }

    /**
     * Copies the next bytes to memory and advances the read position.
     *
     * @return bytes copied: {@code room} or what remains, whichever is less; 0 if {@code room} is not positive
     */
    public int read(long destination, int room) {
        int count = Math.clamp(room, 0, remaining());
        copyTo(position, destination, count);
        position += count;
        return count;
    }

    /** Same as {@link #read(long, int)}, into a buffer. */
    public int read(MutableDirectBuffer destination, int index, int room) {
        int count = Math.clamp(room, 0, remaining());
        copyTo(position, destination, index, count);
        position += count;
        return count;
    }
}
