package io.vfnic.device.ring;

import io.vfnic.device.filter.FilterMatch;
import io.vfnic.device.filter.QueueFilters;
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

    /**
     * Looks at a frame.
     *
     * @param rxcsum the register RXCSUM: which checksums are validated.
     * @param local  whether another pool sent it.
     */
    public void examine(Frame frame, int rxcsum, boolean local) {
        parser.parse(frame.view());
        hashType = RssHash.TYPE_NONE;
        hash = 0;
        packetType = parser.packetType();
        checksumStatus = frame.checksumOffset() != 0 && frame.checksumOffset() == parser.l4Offset()
            ? ReceiveChecksum.trusted(frame.view(), parser, rxcsum)
            : ReceiveChecksum.validate(frame.view(), parser, rxcsum);
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

    /** RSS type, bits 3:0 of dword 0; 0 where the frame was not hashed. */
    public int hashType() {
        return hashType;
    }

    /** RSS hash, dword 1; 0 where the frame was not hashed. */
    public int hashValue() {
        return hash;
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
        if ((parser.is(PacketType.IPV4) && (psrtype & PSRTYPE_IPV4) != 0)
            || (parser.is(PacketType.IPV6) && (psrtype & PSRTYPE_IPV6) != 0)) {
            return parser.l4Offset();
        }
        return (psrtype & PSRTYPE_L2) != 0 ? parser.l3Offset() : 0;
    }
}
