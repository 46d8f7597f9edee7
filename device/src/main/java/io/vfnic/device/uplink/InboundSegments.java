package io.vfnic.device.uplink;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.InternetChecksum;
import io.vfnic.device.frame.L4Type;
import io.vfnic.device.frame.PacketType;
import io.vfnic.device.frame.Segmenter;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;

import java.nio.ByteOrder;

/**
 * Cuts a large send that came in whole (GSO of Linux) into the frames that it stands for. Where the headers end is read
 * from the frame, not taken from the far side.
 */
final class InboundSegments {
    private static final int IPV4_CHECKSUM = 10;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;

    private final FrameParser parser = new FrameParser();
    private final Segmenter segmenter = new Segmenter();

    /**
     * Takes up a send.
     *
     * @param frame   without its outermost tag.
     * @param offload what the far side says of it.
     * @return false where it is not what the far side says.
     */
    boolean begin(FrameView frame, FrameOffload offload) {
        parser.parse(frame);
        final boolean udp = offload.segments() == Segments.UDP;
        if (offload.segments() == Segments.UNKNOWN || !parser.is(expected(offload.segments()))
            || !parser.isDestinationFinal()
            || offload.segmentSize() < 1) {
            return false;
        }
        final boolean ipv4 = parser.is(PacketType.IPV4);
        final int ip = frame.headerIndex() + parser.l3Offset();
        final int l4 = frame.headerIndex() + parser.l4Offset();
        // The segmenter wants the sum of the pseudo-header without its length, as drivers give it, and an IPv4 header
        // to be summed as it is.
        if (ipv4) {
            frame.header().putShort(ip + IPV4_CHECKSUM, (short)0);
        }
        final int seed = ipv4 ? InternetChecksum.pseudoHeaderIpv4(frame.header(), ip, udp ? UDP : TCP, 0)
            : InternetChecksum.pseudoHeaderIpv6(frame.header(), ip, udp ? UDP : TCP, 0);
        frame.header().putShort(
            l4 + (udp ? UDP_CHECKSUM : TCP_CHECKSUM), (short)seed, ByteOrder.BIG_ENDIAN);
        return segmenter.begin(frame, parser.l3Offset(), parser.l4Offset() - parser.l3Offset(),
            parser.payloadOffset() - parser.l4Offset(), udp ? L4Type.UDP : L4Type.TCP, offload.segmentSize());
    }

    private static int expected(Segments kind) {
        return switch (kind) {
            case TCP_IPV4 -> PacketType.IPV4 | PacketType.TCP;
            case TCP_IPV6 -> PacketType.IPV6 | PacketType.TCP;
            default -> PacketType.UDP;
        };
    }

    /** Points the view at the next frame; false where there are no more. */
    boolean next(FrameView view) {
        return segmenter.next(view);
    }

    /** Offset of the layer 4 header, whose checksum is computed. */
    int checksumOffset() {
        return parser.l4Offset();
    }
}
