package io.vfnic.device.frame;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Builds frames byte by byte, with right checksums, for use as givens. */
public final class Packets {
    public static final byte[] MACS = hex("020000000001 020000000002");
    public static final byte[] IPV4_ADDRESSES = hex("0a000001 0a000002");
    public static final byte[] IPV6_ADDRESSES =
        hex("20010db8000000000000000000000001 20010db8000000000000000000000002");
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int SCTP = 132;

    private Packets() {
    }

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] word(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    /** Ethernet header with tags, each of them (identifier &lt;&lt; 16 | control). */
    public static byte[] ethernet(int etherType, int... tags) {
        byte[] header = MACS;
        for (int tag : tags) {
            header = join(header, word(tag >>> 16), word(tag));
        }
        return join(header, word(etherType));
    }

    /** IPv4 header (RFC 791) with a right checksum; fragment is the word with flags and offset. */
    public static byte[] ipv4(int protocol, int payloadLength, int fragment, byte[] options) {
        int length = 20 + options.length;
        byte[] header = join(new byte[] {(byte) (0x40 | length / 4), 0}, word(length + payloadLength), word(0x1234),
                word(fragment), new byte[] {64, (byte) protocol}, word(0), IPV4_ADDRESSES, options);
        put(header, 10, ~Reference.sum(header, 0, length));
        return header;
    }

    public static byte[] ipv4(int protocol, int payloadLength) {
        return ipv4(protocol, payloadLength, 0x4000, new byte[0]);
    }

    /** IPv6 header (RFC 8200); the payload length counts extension headers too. */
    public static byte[] ipv6(int nextHeader, int payloadLength) {
        return join(hex("60000000"), word(payloadLength), new byte[] {(byte) nextHeader, 64}, IPV6_ADDRESSES);
    }

    /** Extension header in units of 8 bytes, all zero behind next header and length. */
    public static byte[] extension(int nextHeader, int units) {
        byte[] header = new byte[units * 8];
        header[0] = (byte) nextHeader;
        header[1] = (byte) (units - 1);
        return header;
    }

    /** TCP header (RFC 9293) with a checksum of 0. */
    public static byte[] tcp(int flags, byte[] options) {
        return join(word(1000), word(2000), hex("fffffff0 00000001"),
                new byte[] {(byte) (20 + options.length << 2), (byte) flags}, word(0x2000), word(0), word(0), options);
    }

    public static byte[] udp(int payloadLength) {
        return join(word(1000), word(2000), word(8 + payloadLength), word(0));
    }

    public static byte[] sctp() {
        return join(word(1000), word(2000), hex("01020304 00000000"));
    }

    /** A whole frame over IPv4, its layer 4 checksum right. */
    public static byte[] overIpv4(int protocol, byte[] l4Header, byte[] data, int... tags) {
        byte[] ip = ipv4(protocol, l4Header.length + data.length);
        return finish(join(ethernet(0x0800, tags), ip, l4Header, data), 14 + 4 * tags.length, ip.length, protocol);
    }

    /** A whole frame over IPv6, its layer 4 checksum right. */
    public static byte[] overIpv6(int protocol, byte[] l4Header, byte[] data, int... tags) {
        byte[] ip = ipv6(protocol, l4Header.length + data.length);
        return finish(join(ethernet(0x86DD, tags), ip, l4Header, data), 14 + 4 * tags.length, ip.length, protocol);
    }

    /** Puts the right layer 4 checksum into a frame that ends with the packet. */
    public static byte[] finish(byte[] frame, int ip, int ipLength, int protocol) {
        int l4 = ip + ipLength;
        int length = frame.length - l4;
        if (protocol == SCTP) {
            int crc = Reference.sctp(frame, l4, length);
            put(frame, l4 + 8, Integer.reverseBytes(crc) >>> 16);
            put(frame, l4 + 10, Integer.reverseBytes(crc));
        } else {
            int checksum = ~Reference.l4Sum(frame, ip, l4, length, protocol) & 0xFFFF;
            put(frame, l4 + (protocol == TCP ? 16 : 6), protocol == UDP && checksum == 0 ? 0xFFFF : checksum);
        }
        return frame;
    }

    public static void put(byte[] data, int at, int value) {
        data[at] = (byte) (value >> 8);
        data[at + 1] = (byte) value;
    }
}
