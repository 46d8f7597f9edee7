package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.IPV4_FRAGMENT;
import static io.vfnic.device.frame.Headers.IPV4_FRAGMENT_OFFSET_MASK;
import static io.vfnic.device.frame.Headers.IPV4_IDENTIFICATION;
import static io.vfnic.device.frame.Headers.UDP;
import static io.vfnic.device.frame.Headers.UDP_CHECKSUM;
import static io.vfnic.device.frame.Headers.UDP_LENGTH;

import java.nio.ByteOrder;

/**
 * What the card tells of a fragment of a UDP datagram over IPv4, so that software need only add up the fragments'
 * checksums (82576, RXCSUM.IPPCSE with PCSD clear): the datagram's identification and the checksum of the fragment's
 * payload.
 */
public final class FragmentChecksum {
    private static final int WORD = 0xFFFF;

    private FragmentChecksum() {
    }

    /** Whether the frame, which {@code parser} has parsed, is such a fragment, wholly there. */
    public static boolean appliesTo(FrameParser parser) {
        return parser.is(PacketType.IPV4) && parser.isFragment() && parser.protocol() == UDP && !parser.isTruncated()
            && parser.l4Length() >= 0;
    }

    /** The identification in bits 15:0, the ones' complement of the payload's sum in bits 31:16. */
    public static int of(FrameView frame, FrameParser parser) {
        return word(frame, parser.l3Offset() + IPV4_IDENTIFICATION)
            | (~frame.sum(parser.l4Offset(), parser.l4Length()) & WORD) << Short.SIZE;
    }

    /** Whether the fragment holds UDP's header, and in it a checksum. */
    public static boolean hasUdpChecksum(FrameView frame, FrameParser parser) {
        return (word(frame, parser.l3Offset() + IPV4_FRAGMENT) & IPV4_FRAGMENT_OFFSET_MASK) == 0
            && parser.l4Length() >= UDP_LENGTH && parser.l4Offset() + UDP_LENGTH <= frame.headerLength()
            && word(frame, parser.l4Offset() + UDP_CHECKSUM) != 0;
    }

    private static int word(FrameView frame, int offset) {
        return frame.header().getShort(frame.headerIndex() + offset, ByteOrder.BIG_ENDIAN) & WORD;
    }
}
