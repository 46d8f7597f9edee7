package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.*;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the headers of a frame: Ethernet, up to two VLAN tags, IPv4 or IPv6, TCP, UDP or SCTP.
 *
 * <p>Looks only at the header scratch. A layer is reported if all of its fixed header is there and consistent; what
 * follows a layer that is not reported is payload. Fragments, the first included, have no layer 4, as on the 82576.
 * Offsets count from the frame's first byte and hold as long as no tag is inserted or stripped. Results stay valid
 * until the next {@link #parse}. A scratch of 256 bytes holds the headers of every packet but exotic IPv6 chains.
 * Never throws, whatever the bytes are. Not thread-safe.
 */
public final class FrameParser {
    /** Bound on the chain of IPv6 extension headers; RFC 8200 section 4.1 knows no packet that needs half as many. */
    private static final int MAX_EXTENSION_HEADERS = 16;

    private UnsafeBuffer header;
    private int start;
    private int available;
    private int frameLength;

    private int packetType;
    private int etherType;
    private int vlanTags;
    private int vlanControl;
    private int l3Offset;
    private int l4Offset;
    private int payloadOffset;
    private int ipEnd;
    private int protocol;
    private boolean fragment;
    private boolean destinationFinal;

    /** Parses a frame; see the class for what the results mean. */
    public void parse(FrameView frame) {
        header = frame.header();
        start = frame.headerIndex();
        available = frame.headerLength();
        frameLength = frame.length();
        packetType = 0;
        etherType = 0;
        vlanTags = 0;
        vlanControl = 0;
        protocol = -1;
        fragment = false;
        destinationFinal = true;
        ipEnd = frameLength;
        parseEthernet();
        l4Offset = l3Offset;
        payloadOffset = l3Offset;
        if (etherType == ETHERTYPE_IPV4) {
            parseIpv4();
        } else if (etherType == ETHERTYPE_IPV6) {
            parseIpv6();
        }
    }

    private void parseEthernet() {
        if (available < ETHERNET_LENGTH) {
            l3Offset = available;
            return;
        }
        etherType = word(MAC_ADDRESSES_LENGTH);
        l3Offset = ETHERNET_LENGTH;
        while (vlanTags < 2 && (etherType == ETHERTYPE_VLAN || etherType == ETHERTYPE_SERVICE_VLAN)
                && l3Offset + VLAN_TAG_LENGTH <= available) {
            if (vlanTags == 0) {
                vlanControl = word(l3Offset);
            }
            etherType = word(l3Offset + 2);
            l3Offset += VLAN_TAG_LENGTH;
            vlanTags++;
        }
    }

    private void parseIpv4() {
        if (available - l3Offset < IPV4_MIN_LENGTH) {
            return;
        }
        int versionAndLength = octet(l3Offset);
        int length = (versionAndLength & 0xF) << 2;
        if (versionAndLength >>> 4 != 4 || length < IPV4_MIN_LENGTH || length > available - l3Offset) {
            return;
        }
        packetType = length > IPV4_MIN_LENGTH ? PacketType.IPV4 | PacketType.IPV4_OPTIONS : PacketType.IPV4;
        l4Offset = l3Offset + length;
        payloadOffset = l4Offset;
        ipEnd = l3Offset + word(l3Offset + IPV4_TOTAL_LENGTH);
        protocol = octet(l3Offset + IPV4_PROTOCOL);
        fragment = (word(l3Offset + IPV4_FRAGMENT) & (IPV4_FRAGMENT_OFFSET_MASK | IPV4_MORE_FRAGMENTS)) != 0;
        parseTransport();
    }

    private void parseIpv6() {
        if (available - l3Offset < IPV6_LENGTH || octet(l3Offset) >>> 4 != 6) {
            return;
        }
        packetType = PacketType.IPV6;
        l4Offset = l3Offset + IPV6_LENGTH;
        ipEnd = l4Offset + word(l3Offset + IPV6_PAYLOAD_LENGTH);
        protocol = octet(l3Offset + IPV6_NEXT_HEADER);
        boolean whole = skipExtensionHeaders();
        payloadOffset = l4Offset;
        if (whole) {
            parseTransport();
        }
    }

    /** Moves {@link #l4Offset} behind the extension headers; false if the chain does not end inside the scratch. */
    private boolean skipExtensionHeaders() {
        for (int count = 0; isExtensionHeader(protocol); count++) {
            if (count == MAX_EXTENSION_HEADERS || l4Offset + FRAGMENT_HEADER_LENGTH > available) {
                return false;
            }
            packetType |= PacketType.IPV6_EXTENSIONS;
            int length = protocol == FRAGMENT ? FRAGMENT_HEADER_LENGTH : octet(l4Offset + 1) + 1 << 3;
            if (l4Offset + length > available) {
                return false;
            }
            if (protocol == FRAGMENT) {
                // An atomic fragment (RFC 6946: offset 0, no more) is a whole datagram.
                fragment |= (word(l4Offset + FRAGMENT_FIELD) & FRAGMENT_OFFSET_OR_MORE) != 0;
            } else if (protocol == ROUTING && octet(l4Offset + ROUTING_SEGMENTS_LEFT) != 0) {
                destinationFinal = false;
            }
            protocol = octet(l4Offset);
            l4Offset += length;
            if (fragment) {
                return true;
            }
        }
        return true;
    }

    private static boolean isExtensionHeader(int nextHeader) {
        return nextHeader == HOP_BY_HOP || nextHeader == ROUTING || nextHeader == FRAGMENT
                || nextHeader == DESTINATION_OPTIONS;
    }

    private void parseTransport() {
        if (fragment) {
            return;
        }
        int room = Math.min(available, ipEnd) - l4Offset;
        switch (protocol) {
            case TCP -> parseTcp(room);
            case UDP -> {
                if (room >= UDP_LENGTH) {
                    packetType |= PacketType.UDP;
                    payloadOffset = l4Offset + UDP_LENGTH;
                }
            }
            case SCTP -> {
                if (room >= SCTP_LENGTH) {
                    packetType |= PacketType.SCTP;
                    payloadOffset = l4Offset + SCTP_LENGTH;
                }
            }
            case ESP -> packetType |= PacketType.ESP;
            case AH -> packetType |= PacketType.AH;
            default -> {
                // Any other protocol is payload of the IP layer.
            }
        }
    }

    private void parseTcp(int room) {
        if (room < TCP_MIN_LENGTH) {
            return;
        }
        int length = octet(l4Offset + TCP_DATA_OFFSET) >>> 4 << 2;
        if (length >= TCP_MIN_LENGTH && length <= room) {
            packetType |= PacketType.TCP;
            payloadOffset = l4Offset + length;
        }
    }

    private int octet(int offset) {
        return header.getByte(start + offset) & 0xFF;
    }

    private int word(int offset) {
        return header.getShort(start + offset, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /** Bits of {@link PacketType}; 0 if no IP header was found. */
    public int packetType() {
        return packetType;
    }

    /** True if all these bits of {@link PacketType} are set. */
    public boolean is(int packetTypeBits) {
        return (packetType & packetTypeBits) == packetTypeBits;
    }

    /** EtherType (or 802.3 length) after the parsed tags; 0 if the frame is shorter than an Ethernet header. */
    public int etherType() {
        return etherType;
    }

    /** VLAN tags found, 0..2; a tag whose following EtherType is outside the header scratch does not count. */
    public int vlanTags() {
        return vlanTags;
    }

    /** Tag control information of the outermost tag, 0 if there is none. */
    public int vlanControl() {
        return vlanControl;
    }

    /** Offset after Ethernet header and tags: the IP header, if {@link #packetType()} tells one. */
    public int l3Offset() {
        return l3Offset;
    }

    /** Offset after the IP header with its options or extension headers; {@link #l3Offset()} if there is none. */
    public int l4Offset() {
        return l4Offset;
    }

    /** Offset after the deepest header found. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /**
     * Bytes from {@link #l4Offset()} to the end of the IP packet by its own length field, without Ethernet padding; may
     * be negative or reach behind the frame, see {@link #isTruncated()}. Without IP, to the end of the frame.
     */
    public int l4Length() {
        return ipEnd - l4Offset;
    }

    /** True if the IP packet is longer than the frame by its own length field. */
    public boolean isTruncated() {
        return ipEnd > frameLength;
    }

    /** Upper layer protocol number behind the IP header and its extension headers, -1 without IP. */
    public int protocol() {
        return protocol;
    }

    /** True for any fragment of an IP datagram, the first one included. */
    public boolean isFragment() {
        return fragment;
    }

    /**
     * True if the destination in the IPv6 header is the last one. Otherwise the pseudo-header needs an address from a
     * routing header (RFC 8200 section 8.1) and the layer 4 checksum cannot be validated from the IP header alone.
     */
    public boolean isDestinationFinal() {
        return destinationFinal;
    }
}
