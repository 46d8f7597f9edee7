package io.vfnic.device.ring;

import io.vfnic.device.filter.FilterMatch;
import io.vfnic.device.filter.QueueFilters;
import io.vfnic.device.frame.FragmentChecksum;
import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.PacketType;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.frame.RssHash;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the write-back descriptor says of a frame beside its length and tag: computed once for all of its receivers.
 * One agent's; valid until the next {@link #examine}.
 */
public final class ReceiveStatus {
    /** dword 2: the frame came from another pool of the card (LB). */
    public static final int LOOPBACK = 1 << 18;
    /** dword 2: the frame caused an immediate interrupt (DYNINT). */
    private static final int IMMEDIATE = 1 << 11;
    /** dword 2: the frame's timestamp is in RXSTMP (TS). */
    private static final int STAMPED = 1 << 16;
    /** dword 0, packet type: an EtherType filter matched, its number is in bits 6:4. */
    private static final int ETHERTYPE_MATCH = 1 << 15;
    private static final int ETHERTYPE_SHIFT = 4;
    /** dword 2: dword 1 holds the identification of a fragment (IPIDV). */
    private static final int IDENTIFIED = 1 << 9;
    /** dword 2: the fragment holds a UDP checksum (UDPV). */
    private static final int UDP_CHECKSUM_HELD = 1 << 10;
    private static final int RXCSUM_IPPCSE = 1 << 12;
    private static final int RXCSUM_PCSD = 1 << 13;
    private static final int RFCTL_IPV6_XSUM_DIS = 1 << 11;
    private static final int RFCTL_IPFRSP_DIS = 1 << 14;
    /** PSRTYPE: split behind a TCP header. */
    public static final int PSRTYPE_TCP = 1 << 4;
    /** PSRTYPE: split behind a UDP header. */
    public static final int PSRTYPE_UDP = 1 << 5;
    /** PSRTYPE: split behind an IPv4 header. */
    public static final int PSRTYPE_IPV4 = 1 << 8;
    /** PSRTYPE: split behind an IPv6 header. */
    public static final int PSRTYPE_IPV6 = 1 << 9;
    /** PSRTYPE: split behind the Ethernet header. */
    public static final int PSRTYPE_L2 = 1 << 12;

    private final FrameParser parser = new FrameParser();
    private final RssHash rss = new RssHash();
    private final FilterMatch match = new FilterMatch();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[40]);
    private int[] keyWords;
    private int packetType;
    private int checksumStatus;
    private int hashType;
    private int hash;
    private boolean stamped;
    private boolean hashReported;
    private int fragment;
    private int rfctl;

    /**
     * Looks at a frame.
     *
     * @param rxcsum the register RXCSUM: which checksums are validated.
     * @param filterControl the register RFCTL.
     * @param local  whether another pool sent it.
     */
    public void examine(Frame frame, int rxcsum, int filterControl, boolean local) {
        parser.parse(frame.view());
        rfctl = filterControl;
        hashReported = (rxcsum & RXCSUM_PCSD) != 0;
        fragment = 0;
        hashType = RssHash.TYPE_NONE;
        hash = 0;
        packetType = parser.packetType();
        if ((rfctl & RFCTL_IPV6_XSUM_DIS) != 0 && parser.is(PacketType.IPV6)) {
            checksumStatus = 0;
        } else {
            checksumStatus = frame.checksumOffset() != 0 && frame.checksumOffset() == parser.l4Offset()
                ? ReceiveChecksum.trusted(frame.view(), parser, rxcsum)
                : ReceiveChecksum.validate(frame.view(), parser, rxcsum);
        }
        if (!hashReported && (rxcsum & RXCSUM_IPPCSE) != 0 && FragmentChecksum.appliesTo(parser)) {
            fragment = FragmentChecksum.of(frame.view(), parser);
            checksumStatus |= IDENTIFIED
                | (FragmentChecksum.hasUdpChecksum(frame.view(), parser) ? UDP_CHECKSUM_HELD : 0);
        }
        if (local) {
            checksumStatus |= LOOPBACK;
        }
    }

    /**
     * Computes the RSS hash of the frame examined last.
     *
     * @param mrqc  the register MRQC: which fields are hashed.
     * @param words the registers RSSRK; a key is known by the array's identity.
     */
    public void hash(Frame frame, int mrqc, int[] words) {
        if (words != keyWords) {
            keyWords = words;
            for (int i = 0; i < words.length; i++) {
                key.putInt(i * Integer.BYTES, words[i], ByteOrder.LITTLE_ENDIAN);
            }
            rss.key(key, 0);
        }
        rss.compute(frame.view(), parser, mrqc);
        hashType = rss.type();
        hash = rss.hash();
    }

    /**
     * Applies the queue filters to the frame examined last, for one of its receivers.
     *
     * @return what they say, valid until the next call.
     */
    public FilterMatch filter(Frame frame, QueueFilters filters, int pool) {
        filters.match(frame.view(), parser, pool, frame.vlanControl(), match);
        stamped = false;
        return match;
    }

    /** The frame was stamped for the receiver that {@link #filter} was last called for. */
    public void stamped() {
        stamped = true;
    }

    /** The headers of the frame examined last, whose offsets hold as long as its tag is beside it. */
    public FrameParser headers() {
        return parser;
    }

    /** RSS type; 0 where the frame was not hashed. */
    public int hashType() {
        return hashType;
    }

    /** RSS hash; 0 where the frame was not hashed. */
    public int hashValue() {
        return hash;
    }

    /** RSS type as bits 3:0 of dword 0 have it: none while RXCSUM.PCSD is clear. */
    public int reportedType() {
        return hashReported ? hashType : RssHash.TYPE_NONE;
    }

    /** dword 1: the RSS hash or, while RXCSUM.PCSD is clear, a fragment's identification and checksum. */
    public int reportedValue() {
        return hashReported ? hash : fragment;
    }

    /** The checksum of a fragment, as the legacy format has it; else 0. */
    public int fragmentChecksum() {
        return fragment >>> Short.SIZE;
    }

    /** Packet type bits of dword 0. */
    public int packetType() {
        return match.etherType() == FilterMatch.NONE ? packetType
            : ETHERTYPE_MATCH | match.etherType() << ETHERTYPE_SHIFT;
    }

    /** What dword 2 says of the frame. */
    public int status() {
        return checksumStatus | (match.isImmediate() ? IMMEDIATE : 0) | (stamped ? STAMPED : 0);
    }

    /** Bytes up to the end of the deepest header whose split PSRTYPE enables; 0 where there is none. */
    public int splitLength(int psrtype) {
        if (parser.is(PacketType.TCP)) {
            return (psrtype & PSRTYPE_TCP) != 0 ? parser.payloadOffset() : ipSplit(psrtype);
        }
        if (parser.is(PacketType.UDP)) {
            return (psrtype & PSRTYPE_UDP) != 0 ? parser.payloadOffset() : ipSplit(psrtype);
        }
        return ipSplit(psrtype);
    }

    private int ipSplit(int psrtype) {
        final boolean whole = !parser.isFragment() || (rfctl & RFCTL_IPFRSP_DIS) == 0;
        if (whole && (parser.is(PacketType.IPV4) && (psrtype & PSRTYPE_IPV4) != 0
            || parser.is(PacketType.IPV6) && (psrtype & PSRTYPE_IPV6) != 0)) {
            return parser.l4Offset();
        }
        return (psrtype & PSRTYPE_L2) != 0 ? parser.l3Offset() : 0;
    }
}
