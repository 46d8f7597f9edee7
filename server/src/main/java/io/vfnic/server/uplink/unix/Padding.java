package io.vfnic.server.uplink.unix;

import java.nio.ByteOrder;

import io.vfnic.device.frame.FrameView;
import org.agrona.DirectBuffer;

/**
 * The zeros that a NIC adds to a short frame, as a real wire wants it. They are left out for peers: passt of 2023 (in
 * Debian 12) takes what follows an IPv4 datagram in its frame for a part of it, so that bare acknowledgements of TCP
 * come with data. Whoever needs the zeros adds them again, as QEMU's NICs and this card do.
 */
final class Padding {
    /** The least that a wire carries, without CRC. */
    static final int PADDED_LENGTH = 60;

    private static final int ETHER_TYPE_OFFSET = 12;
    private static final int IPV4 = 0x0800;
    private static final int ETHERNET_HEADER_LENGTH = 14;
    private static final int TOTAL_LENGTH_OFFSET = 16;

    private Padding() {
    }

    /** Bytes of a frame without its padding, if it is an untagged one of IPv4. */
    static int lengthWithout(FrameView frame) {
        return frame.length() == PADDED_LENGTH && frame.headerLength() == PADDED_LENGTH
            ? unpadded(frame.header(), frame.headerIndex()) : frame.length();
    }

    private static int unpadded(DirectBuffer bytes, int start) {
        if (toUnsigned(bytes, start + ETHER_TYPE_OFFSET) != IPV4) {
            return PADDED_LENGTH;
        }
        final int length = ETHERNET_HEADER_LENGTH + toUnsigned(bytes, start + TOTAL_LENGTH_OFFSET);
        for (int i = length; i < PADDED_LENGTH; i++) {
            if (bytes.getByte(start + i) != 0) {
                return PADDED_LENGTH;
            }
        }
        return Math.min(length, PADDED_LENGTH);
    }

    private static int toUnsigned(DirectBuffer bytes, int index) {
        return Short.toUnsignedInt(bytes.getShort(index, ByteOrder.BIG_ENDIAN));
    }
}
