package io.vfnic.device.frame;

import org.agrona.DirectBuffer;

/**
 * Receive-side scaling: which fields of a frame are hashed, by the field enables of register MRQC, and the hash.
 *
 * <p>TCP or UDP is hashed with ports if its type is enabled, else by IP addresses alone; fragments always so. The
 * extended IPv6 types hash the addresses of the IPv6 header, as with RFCTL.IPV6_EX_DIS set, whatever a home address
 * option or routing header says; a plain type goes first if both are enabled. Not thread-safe.
 */
public final class RssHash {
    /** Field enables of register MRQC. */
    public static final int ENABLE_TCP_IPV4 = 1 << 16;
    public static final int ENABLE_IPV4 = 1 << 17;
    public static final int ENABLE_TCP_IPV6_EX = 1 << 18;
    public static final int ENABLE_IPV6_EX = 1 << 19;
    public static final int ENABLE_IPV6 = 1 << 20;
    public static final int ENABLE_TCP_IPV6 = 1 << 21;
    public static final int ENABLE_UDP_IPV4 = 1 << 22;
    public static final int ENABLE_UDP_IPV6 = 1 << 23;
    public static final int ENABLE_UDP_IPV6_EX = 1 << 24;

    /** RSS types of the write-back descriptor, bits 3:0 of its first dword. */
    public static final int TYPE_NONE = 0;
    public static final int TYPE_TCP_IPV4 = 1;
    public static final int TYPE_IPV4 = 2;
    public static final int TYPE_TCP_IPV6 = 3;
    public static final int TYPE_IPV6_EX = 4;
    public static final int TYPE_IPV6 = 5;
    public static final int TYPE_TCP_IPV6_EX = 6;
    public static final int TYPE_UDP_IPV4 = 7;
    public static final int TYPE_UDP_IPV6 = 8;
    public static final int TYPE_UDP_IPV6_EX = 9;

    private static final int PORTS_LENGTH = 4;
    private static final int IPV4_ADDRESSES_LENGTH = 8;
    private static final int IPV6_ADDRESSES_LENGTH = 32;

    private final Toeplitz toeplitz = new Toeplitz();
    private int type;
    private int hash;

    /** Takes the 40 bytes of registers RSSRK; see {@link Toeplitz#key}. */
    public void key(DirectBuffer key, int index) {
        toeplitz.key(key, index);
    }

    /**
     * Hashes a frame.
     *
     * @param frame the frame, as it was when parsed
     * @param parser has parsed this frame
     * @param mrqc value of register MRQC
     */
    public void compute(FrameView frame, FrameParser parser, int mrqc) {
        type = TYPE_NONE;
        hash = 0;
        if (parser.is(PacketType.IPV4)) {
            type = ipv4Type(parser, mrqc);
            hashFields(frame, parser, Headers.IPV4_SOURCE, IPV4_ADDRESSES_LENGTH);
        } else if (parser.is(PacketType.IPV6)) {
            type = ipv6Type(parser, mrqc);
            hashFields(frame, parser, Headers.IPV6_SOURCE, IPV6_ADDRESSES_LENGTH);
        }
    }

    private static int ipv4Type(FrameParser parser, int mrqc) {
        if (parser.is(PacketType.TCP) && (mrqc & ENABLE_TCP_IPV4) != 0) {
            return TYPE_TCP_IPV4;
        }
        if (parser.is(PacketType.UDP) && (mrqc & ENABLE_UDP_IPV4) != 0) {
            return TYPE_UDP_IPV4;
        }
        return (mrqc & ENABLE_IPV4) != 0 ? TYPE_IPV4 : TYPE_NONE;
    }

    private static int ipv6Type(FrameParser parser, int mrqc) {
        int found = TYPE_NONE;
        if (parser.is(PacketType.TCP)) {
            found = either(mrqc, ENABLE_TCP_IPV6, TYPE_TCP_IPV6, ENABLE_TCP_IPV6_EX, TYPE_TCP_IPV6_EX);
        } else if (parser.is(PacketType.UDP)) {
            found = either(mrqc, ENABLE_UDP_IPV6, TYPE_UDP_IPV6, ENABLE_UDP_IPV6_EX, TYPE_UDP_IPV6_EX);
        }
        return found != TYPE_NONE ? found : either(mrqc, ENABLE_IPV6, TYPE_IPV6, ENABLE_IPV6_EX, TYPE_IPV6_EX);
    }

    private static int either(int mrqc, int enable, int type, int extendedEnable, int extendedType) {
        if ((mrqc & enable) != 0) {
            return type;
        }
        return (mrqc & extendedEnable) != 0 ? extendedType : TYPE_NONE;
    }

    private void hashFields(FrameView frame, FrameParser parser, int source, int addressesLength) {
        if (type == TYPE_NONE) {
            return;
        }
        int index = frame.headerIndex() + parser.l3Offset() + source;
        hash = toeplitz.add(0, 0, frame.header(), index, addressesLength);
        if (type != TYPE_IPV4 && type != TYPE_IPV6 && type != TYPE_IPV6_EX) {
            int ports = frame.headerIndex() + parser.l4Offset();
            hash = toeplitz.add(hash, addressesLength, frame.header(), ports, PORTS_LENGTH);
        }
    }

    /** RSS type of the last frame, 0 if none was enabled for it. */
    public int type() {
        return type;
    }

    /** Hash of the last frame, as dword 1 of the write-back descriptor holds it; 0 if there is no type. */
    public int hash() {
        return hash;
    }
}
