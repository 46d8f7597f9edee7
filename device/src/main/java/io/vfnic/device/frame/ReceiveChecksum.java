package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.SCTP_CHECKSUM;
import static io.vfnic.device.frame.Headers.TCP;
import static io.vfnic.device.frame.Headers.UDP;
import static io.vfnic.device.frame.Headers.UDP_CHECKSUM;
import static io.vfnic.device.frame.Headers.UDP_LENGTH;
import static io.vfnic.device.frame.Headers.UDP_LENGTH_FIELD;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Validates the checksums of a received frame and yields the status and error bits of the write-back descriptor.
 *
 * <p>A "checked" bit without its error bit promises the driver a good checksum, so whatever cannot be proved is
 * reported as not checked and left to the guest: fragments, truncated packets, UDP without a checksum, IPv6 on its way
 * through a routing header. IPv6 has no header checksum and never sets {@link #IPCS}.
 */
public final class ReceiveChecksum {
    /** Register RXCSUM: validate IPv4 header checksums. */
    public static final int IPOFL = 1 << 8;
    /** Register RXCSUM: validate TCP and UDP checksums. */
    public static final int TUOFL = 1 << 9;
    /** Register RXCSUM: validate SCTP CRC32C. */
    public static final int CRCOFL = 1 << 11;

    /** Write-back dword 2: UDP checksum checked. */
    public static final int UDPCS = 1 << 4;
    /** Write-back dword 2: layer 4 checksum checked. */
    public static final int L4CS = 1 << 5;
    /** Write-back dword 2: IPv4 header checksum checked. */
    public static final int IPCS = 1 << 6;
    /** Write-back dword 2: the layer 4 checksum is wrong. */
    public static final int L4E = 1 << 29;
    /** Write-back dword 2: the IPv4 header checksum is wrong. */
    public static final int IPE = 1 << 30;

    private static final int GOOD = 0xFFFF;

    private ReceiveChecksum() {
    }

    /**
     * Validates the checksums that are switched on.
     *
     * @param frame the frame, as it was when parsed
     * @param parser has parsed this frame
     * @param rxcsum value of register RXCSUM
     * @return bits for dword 2 of the write-back descriptor
     */
    public static int validate(FrameView frame, FrameParser parser, int rxcsum) {
        int result = trusted(frame, parser, rxcsum);
        if ((result & L4CS) != 0 && !isL4Good(frame, parser)) {
            result |= L4E;
        }
        return result;
    }

    /**
     * Same as {@link #validate}, but believes the layer 4 checksum: that of a frame from a local function that had the
     * card insert it (option TXSM). The IPv4 header is validated all the same, since TXSM says nothing of it.
     */
    public static int trusted(FrameView frame, FrameParser parser, int rxcsum) {
        int result = checked(frame, parser, rxcsum);
        if ((result & IPCS) != 0 && !isIpv4HeaderGood(frame, parser)) {
            result |= IPE;
        }
        return result;
    }

    private static int checked(FrameView frame, FrameParser parser, int rxcsum) {
        int result = 0;
        if ((rxcsum & IPOFL) != 0 && parser.is(PacketType.IPV4)) {
            result = IPCS;
        }
        if (parser.isTruncated() || !parser.isDestinationFinal()) {
            return result;
        }
        if (parser.is(PacketType.SCTP)) {
            return (rxcsum & CRCOFL) != 0 ? result | L4CS : result;
        }
        if ((rxcsum & TUOFL) == 0) {
            return result;
        }
        if (parser.is(PacketType.TCP)) {
            return result | L4CS;
        }
        if (parser.is(PacketType.UDP) && hasUdpChecksum(frame, parser)) {
            return result | L4CS | UDPCS;
        }
        return result;
    }

    /** Zero means "none" (RFC 768); a length that contradicts the IP header makes the range unknown. */
    private static boolean hasUdpChecksum(FrameView frame, FrameParser parser) {
        int length = udpLength(frame, parser);
        int index = frame.headerIndex() + parser.l4Offset() + UDP_CHECKSUM;
        return length >= UDP_LENGTH && length <= parser.l4Length() && frame.header().getShort(index) != 0;
    }

    private static int udpLength(FrameView frame, FrameParser parser) {
        int index = frame.headerIndex() + parser.l4Offset() + UDP_LENGTH_FIELD;
        return frame.header().getShort(index, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    private static boolean isIpv4HeaderGood(FrameView frame, FrameParser parser) {
        return frame.sum(parser.l3Offset(), parser.l4Offset() - parser.l3Offset()) == GOOD;
    }

    private static boolean isL4Good(FrameView frame, FrameParser parser) {
        if (parser.is(PacketType.SCTP)) {
            return isSctpGood(frame, parser);
        }
        boolean udp = parser.is(PacketType.UDP);
        int length = udp ? udpLength(frame, parser) : parser.l4Length();
        int protocol = udp ? UDP : TCP;
        int ipIndex = frame.headerIndex() + parser.l3Offset();
        int pseudoHeader = parser.is(PacketType.IPV4)
                ? InternetChecksum.pseudoHeaderIpv4(frame.header(), ipIndex, protocol, length)
                : InternetChecksum.pseudoHeaderIpv6(frame.header(), ipIndex, protocol, length);
        return InternetChecksum.add(pseudoHeader, frame.sum(parser.l4Offset(), length)) == GOOD;
    }

    private static boolean isSctpGood(FrameView frame, FrameParser parser) {
        UnsafeBuffer header = frame.header();
        int index = frame.headerIndex() + parser.l4Offset() + SCTP_CHECKSUM;
        int stored = header.getInt(index, ByteOrder.LITTLE_ENDIAN);
        return stored == SctpChecksum.of(frame, parser.l4Offset(), parser.l4Length());
    }
}
