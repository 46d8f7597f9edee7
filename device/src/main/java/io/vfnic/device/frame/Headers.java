package io.vfnic.device.frame;

/** Offsets, sizes and numbers of the header fields used in this package. All multi-byte fields are big-endian. */
final class Headers {
    /** IEEE 802.3 clause 3: destination and source address, then the EtherType. */
    static final int MAC_ADDRESSES_LENGTH = 12;
    static final int ETHERNET_LENGTH = 14;
    static final int ETHERTYPE_IPV4 = 0x0800;
    static final int ETHERTYPE_IPV6 = 0x86DD;
    /** IEEE 802.1Q clause 9: customer and service tag. */
    static final int ETHERTYPE_VLAN = 0x8100;
    static final int ETHERTYPE_SERVICE_VLAN = 0x88A8;
    static final int VLAN_TAG_LENGTH = 4;

    /** RFC 791 section 3.1. */
    static final int IPV4_MIN_LENGTH = 20;
    static final int IPV4_TOTAL_LENGTH = 2;
    static final int IPV4_IDENTIFICATION = 4;
    static final int IPV4_FRAGMENT = 6;
    static final int IPV4_FRAGMENT_OFFSET_MASK = 0x1FFF;
    static final int IPV4_MORE_FRAGMENTS = 0x2000;
    static final int IPV4_PROTOCOL = 9;
    static final int IPV4_CHECKSUM = 10;
    static final int IPV4_SOURCE = 12;

    /** RFC 8200 section 3. */
    static final int IPV6_LENGTH = 40;
    static final int IPV6_PAYLOAD_LENGTH = 4;
    static final int IPV6_NEXT_HEADER = 6;
    static final int IPV6_SOURCE = 8;

    /** IANA protocol numbers, among them the IPv6 extension headers. */
    static final int HOP_BY_HOP = 0;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int ESP = 50;
    static final int AH = 51;
    static final int DESTINATION_OPTIONS = 60;
    static final int SCTP = 132;

    /** RFC 8200 section 4.5: the fragment header; offset in units of 8 bytes in bits 15:3, M in bit 0. */
    static final int FRAGMENT_HEADER_LENGTH = 8;
    static final int FRAGMENT_FIELD = 2;
    static final int FRAGMENT_OFFSET_OR_MORE = 0xFFF9;
    static final int ROUTING_SEGMENTS_LEFT = 3;

    /** RFC 9293 section 3.1. */
    static final int TCP_MIN_LENGTH = 20;
    static final int TCP_SEQUENCE = 4;
    static final int TCP_DATA_OFFSET = 12;
    static final int TCP_FLAGS = 13;
    static final int TCP_CHECKSUM = 16;
    static final int TCP_FIN = 0x01;
    static final int TCP_PSH = 0x08;
    static final int TCP_CWR = 0x80;

    /** RFC 768. */
    static final int UDP_LENGTH = 8;
    static final int UDP_LENGTH_FIELD = 4;
    static final int UDP_CHECKSUM = 6;

    /** RFC 9260 section 3.1. */
    static final int SCTP_LENGTH = 12;
    static final int SCTP_CHECKSUM = 8;

    private Headers() {
    }
}
