package io.vfnic.server.uplink;

import java.nio.ByteOrder;

import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What Linux says of a frame in front of it, struct virtio_net_hdr (Virtual I/O Device 1.2, section 5.1.6), in
 * little-endian order: flags, kind of segmentation, length of the headers, size of a segment, start and field of the
 * checksum.
 */
final class VirtioNetHeader {
    static final int LENGTH = 10;

    private static final int FLAGS_OFFSET = 0;
    private static final int GSO_TYPE_OFFSET = 1;
    private static final int HEADER_LENGTH_OFFSET = 2;
    private static final int GSO_SIZE_OFFSET = 4;
    private static final int CHECKSUM_START_OFFSET = 6;
    private static final int CHECKSUM_OFFSET_OFFSET = 8;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int GSO_NONE = 0;
    private static final int GSO_TCP_IPV4 = 1;
    private static final int GSO_TCP_IPV6 = 4;
    private static final int GSO_UDP = 5;
    /** Congestion is notified explicitly: nothing else is different. */
    private static final int GSO_ECN = 0x80;

    private VirtioNetHeader() {
    }

    /**
     * Reads a header.
     *
     * @param moved bytes by which the frame has been made longer in front of its headers since.
     */
    static void read(UnsafeBuffer buffer, int index, int moved, FrameOffload offload) {
        offload.clear();
        int type = buffer.getByte(index + GSO_TYPE_OFFSET) & 0xFF & ~GSO_ECN;
        if (type != GSO_NONE) {
            offload.segments(segments(type), word(buffer, index + GSO_SIZE_OFFSET),
                word(buffer, index + HEADER_LENGTH_OFFSET) + moved);
        }
        if ((buffer.getByte(index + FLAGS_OFFSET) & NEEDS_CHECKSUM) != 0) {
            int start = word(buffer, index + CHECKSUM_START_OFFSET) + moved;
            offload.checksum(start, start + word(buffer, index + CHECKSUM_OFFSET_OFFSET));
        }
    }

    /** Writes a header. */
    static void write(UnsafeBuffer buffer, int index, FrameOffload offload) {
        boolean checksum = offload.checksumStart() != FrameOffload.COMPLETE;
        buffer.putByte(index + FLAGS_OFFSET, (byte)(checksum ? NEEDS_CHECKSUM : 0));
        buffer.putByte(index + GSO_TYPE_OFFSET, (byte)gsoType(offload.segments()));
        putWord(buffer, index + HEADER_LENGTH_OFFSET, offload.headerLength());
        putWord(buffer, index + GSO_SIZE_OFFSET, offload.segmentSize());
        putWord(buffer, index + CHECKSUM_START_OFFSET, checksum ? offload.checksumStart() : 0);
        putWord(buffer, index + CHECKSUM_OFFSET_OFFSET,
            checksum ? offload.checksumField() - offload.checksumStart() : 0);
    }

    private static Segments segments(int type) {
        return switch (type) {
            case GSO_TCP_IPV4 -> Segments.TCP_IPV4;
            case GSO_TCP_IPV6 -> Segments.TCP_IPV6;
            case GSO_UDP -> Segments.UDP;
            default -> Segments.UNKNOWN;
        };
    }

    private static int gsoType(Segments kind) {
        return switch (kind) {
            case TCP_IPV4 -> GSO_TCP_IPV4;
            case TCP_IPV6 -> GSO_TCP_IPV6;
            case UDP -> GSO_UDP;
            default -> GSO_NONE;
        };
    }

    private static int word(UnsafeBuffer buffer, int index) {
        return buffer.getShort(index, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    private static void putWord(UnsafeBuffer buffer, int index, int value) {
        buffer.putShort(index, (short)value, ByteOrder.LITTLE_ENDIAN);
    }
}
