package io.vfnic.device.ring;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.InternetChecksum;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;

/**
 * A large send over TCP in one piece, for a far side that cuts it itself. Offsets count from the first byte of the
 * frame, whose outermost tag is beside it. One agent's, reused.
 */
public final class LargeSend {
    private static final int ETHERNET_LENGTH = 14;
    private static final int IPV4_LENGTH_FIELD = 2;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_LENGTH = 40;
    private static final int IPV6_LENGTH_FIELD = 4;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int TCP = 6;
    private static final int TCP_LENGTH = 20;
    private static final int TCP_DATA_OFFSET = 12;
    private static final int TCP_CHECKSUM = 16;
    private static final int MAX_IP_LENGTH = 0xFFFF;
    private static final int TAG_LENGTH = 4;

    private FrameView view;
    private boolean ipv4;
    private int macLength;
    private int l4Offset;
    private int headerLength;
    private int segmentSize;
    private int segments;
    private int wireOverhead;

    /**
     * Takes up a send.
     *
     * @param frame all of it, its headers in the scratch.
     * @param count how many segments it is to be cut into.
     * @return false where Linux could not cut it as the card does: where there is a tunnel, or IPv6 has more headers,
     *         or it is longer than an IP packet can be.
     */
    boolean begin(Frame frame, int macBytes, int ipLength, int l4Length, int mss, int count) {
        view = frame.view();
        macLength = macBytes;
        l4Offset = macLength + ipLength;
        headerLength = l4Offset + l4Length;
        segmentSize = mss;
        segments = count;
        wireOverhead = frame.vlanControl() == Frame.UNTAGGED ? 0 : TAG_LENGTH;
        if (macLength < ETHERNET_LENGTH || l4Length < TCP_LENGTH || headerLength > view.headerLength()
            || view.length() - macLength > MAX_IP_LENGTH) {
            return false;
        }
        final int first = octet(macLength);
        ipv4 = first >>> 4 == 4;
        final boolean plain = ipv4
            ? (first & 0xF) << 2 == ipLength && octet(macLength + IPV4_PROTOCOL) == TCP
            : first >>> 4 == 6 && ipLength == IPV6_LENGTH && octet(macLength + IPV6_NEXT_HEADER) == TCP;
        return plain && octet(l4Offset + TCP_DATA_OFFSET) >>> 4 << 2 == l4Length;
    }

    /**
     * Puts into the headers what they hold in a frame as long as this one: lengths, the header checksum of IPv4, and
     * the sum of the pseudo-header in the place of TCP's checksum.
     */
    void complete() {
        final UnsafeBuffer header = view.header();
        final int ip = view.headerIndex() + macLength;
        final int l4Length = view.length() - l4Offset;
        final int pseudoHeader;
        if (ipv4) {
            put(ip + IPV4_LENGTH_FIELD, view.length() - macLength);
            put(ip + IPV4_CHECKSUM, 0);
            put(ip + IPV4_CHECKSUM, InternetChecksum.checksum(InternetChecksum.sum(header, ip, l4Offset - macLength)));
            pseudoHeader = InternetChecksum.pseudoHeaderIpv4(header, ip, TCP, l4Length);
        } else {
            put(ip + IPV6_LENGTH_FIELD, l4Length);
            pseudoHeader = InternetChecksum.pseudoHeaderIpv6(header, ip, TCP, l4Length);
        }
        put(view.headerIndex() + l4Offset + TCP_CHECKSUM, pseudoHeader);
    }

    private int octet(int offset) {
        return view.header().getByte(view.headerIndex() + offset) & 0xFF;
    }

    private void put(int index, int value) {
        view.header().putShort(index, (short)value, ByteOrder.BIG_ENDIAN);
    }

    /** Whether it is over IPv4, else IPv6. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** Offset of the TCP header. */
    public int l4Offset() {
        return l4Offset;
    }

    /** Offset of TCP's checksum. */
    public int checksumField() {
        return l4Offset + TCP_CHECKSUM;
    }

    /** Bytes that each segment begins with. */
    public int headerLength() {
        return headerLength;
    }

    /** Bytes of payload of each segment but the last. */
    public int segmentSize() {
        return segmentSize;
    }

    /** How many segments it makes. */
    public int segments() {
        return segments;
    }

    /** Bytes on the wire of a segment, 0 to {@link #segments()} - 1, its tag included and without the CRC. */
    public int wireLength(int segment) {
        final int payload = view.length() - headerLength;
        return wireOverhead + headerLength + Math.min(segmentSize, payload - segment * segmentSize);
    }
}
