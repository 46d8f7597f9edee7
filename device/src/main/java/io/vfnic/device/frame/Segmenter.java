package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.*;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a large TCP or UDP send over IPv4 or IPv6 into frames (option TSE), one at a time.
 *
 * <p>{@link #begin} checks the driver's lengths against the frame; {@link #next} then patches the headers in the header
 * scratch for one segment and points a view at it. A segment is valid until the next call. The caller may stop between
 * any two segments: an MSS of 1 makes a quarter of a million of them.
 *
 * <p>Per segment k: IPv4 total length, identification + k and header checksum, or IPv6 payload length; TCP sequence
 * number + k * MSS, FIN and PSH only on the last, CWR only on the first (RFC 3168 section 6.1.2); UDP length; layer 4
 * checksum, which the driver has seeded with the sum of the pseudo-header without its length. The IPv4 header checksum
 * is summed over IPLEN bytes with what the driver has put into its field: 0, or for a tunnel, whose headers count in
 * IPLEN, what cancels them out (Linux igbvf). What all segments' headers have in common is summed once. Not
 * thread-safe.
 */
public final class Segmenter {
    /** Greatest payload of one send: field PAYLEN of the data descriptor has 18 bits. */
    public static final int MAX_PAYLOAD = (1 << 18) - 1;

    private static final int MAX_IP_LENGTH = 0xFFFF;
    private static final int NOT_LAST = TCP_FIN | TCP_PSH;

    private UnsafeBuffer header;
    private int headerIndex;
    private int headerLength;
    private int ipIndex;
    private int ipLength;
    private int l4Index;
    private int l4Length;
    private GatherList payload;
    private int payloadOffset;
    private int payloadLength;
    private int mss;

    private boolean ipv4;
    private boolean tcp;
    private int identification;
    private int sequence;
    private int flags;
    /** Sums of the headers with 0 in the fields that differ from segment to segment. */
    private int ipSum;
    private int l4Sum;

    private int segmentCount;
    private int segment;
    private int done;

    /**
     * Starts a send. A tag is inserted before this call, its length added to {@code macLength}. The IP version is that
     * of the header, not of the context descriptor.
     *
     * @param frame the whole send: {@linkplain FrameView#wrapWhole with a gather list of all of it}, or with a scratch
     *     that holds the headers and nothing else
     * @param macLength MACLEN, offset of the IP header
     * @param ipLength IPLEN, with IPv4 options or IPv6 extension headers
     * @param l4Length L4LEN, with TCP options
     * @param l4Type L4T, see {@link L4Type}; SCTP cannot be segmented
     * @param mss MSS, payload bytes of every segment but the last, 1..65535
     * @return false, with no segments to come and the frame unchanged, if the lengths contradict the frame, each other
     *     or {@link #MAX_PAYLOAD}, or the headers are not inside the scratch
     */
    public boolean begin(FrameView frame, int macLength, int ipLength, int l4Length, int l4Type, int mss) {
        segment = 0;
        segmentCount = 0;
        if (macLength < ETHERNET_LENGTH || ipLength < IPV4_MIN_LENGTH || l4Length < UDP_LENGTH || mss < 1) {
            return false;
        }
        long headers = (long) macLength + ipLength + l4Length;
        if (headers > frame.headerLength() || frame.headerLength() - headers > frame.payloadOffset()
                || frame.length() - headers > MAX_PAYLOAD) {
            return false;
        }
        header = frame.header();
        headerIndex = frame.headerIndex();
        headerLength = (int) headers;
        ipIndex = headerIndex + macLength;
        l4Index = ipIndex + ipLength;
        this.ipLength = ipLength;
        this.l4Length = l4Length;
        payload = frame.payload();
        payloadOffset = frame.payloadOffset() - (frame.headerLength() - headerLength);
        payloadLength = frame.length() - headerLength;
        this.mss = mss;
        if (!acceptHeaders(l4Type)) {
            return false;
        }
        done = 0;
        segmentCount = Math.max(1, (int) ((payloadLength + (long) mss - 1) / mss));
        return true;
    }

    /** Checks the headers and keeps what the segments' headers derive from. */
    private boolean acceptHeaders(int l4Type) {
        int version = (header.getByte(ipIndex) & 0xFF) >>> 4;
        ipv4 = version == 4;
        tcp = l4Type == L4Type.TCP;
        if (version != 4 && (version != 6 || ipLength < IPV6_LENGTH)
                || tcp && l4Length < TCP_MIN_LENGTH || !tcp && l4Type != L4Type.UDP) {
            return false;
        }
        long longest = (long) ipLength + l4Length + Math.min(mss, payloadLength);
        if (longest - (ipv4 ? 0 : IPV6_LENGTH) > MAX_IP_LENGTH) {
            return false;
        }
        if (ipv4) {
            identification = word(ipIndex + IPV4_IDENTIFICATION);
            ipSum = without(InternetChecksum.sum(header, ipIndex, ipLength), word(ipIndex + IPV4_TOTAL_LENGTH));
            ipSum = without(ipSum, identification);
        }
        l4Sum = InternetChecksum.sum(header, l4Index, l4Length);
        if (tcp) {
            sequence = header.getInt(l4Index + TCP_SEQUENCE, ByteOrder.BIG_ENDIAN);
            flags = header.getByte(l4Index + TCP_FLAGS) & 0xFF;
            l4Sum = without(without(without(l4Sum, sequence >>> 16), sequence & 0xFFFF), flags);
        } else {
            l4Sum = without(l4Sum, word(l4Index + UDP_LENGTH_FIELD));
        }
        return true;
    }

    /** Segments of this send, 1 or more; 0 if {@link #begin} refused it. A send without payload is one segment. */
    public int segmentCount() {
        return segmentCount;
    }

    /** Bytes of the headers that every segment repeats. */
    public int headerLength() {
        return headerLength;
    }

    /** Bytes of the whole send without headers. */
    public int payloadLength() {
        return payloadLength;
    }

    /**
     * Makes the next segment.
     *
     * @param view is pointed at the segment, with its read position at 0
     * @return false, with nothing changed, if there are no more
     */
    public boolean next(FrameView view) {
        if (segment == segmentCount) {
            return false;
        }
        int count = Math.min(mss, payloadLength - done);
        patchIp(count);
        if (tcp) {
            int number = sequence + done;
            int bits = segmentFlags();
            header.putInt(l4Index + TCP_SEQUENCE, number, ByteOrder.BIG_ENDIAN);
            header.putByte(l4Index + TCP_FLAGS, (byte) bits);
            int fields = InternetChecksum.fold((number >>> 16) + (number & 0xFFFFL) + bits);
            storeChecksum(l4Index + TCP_CHECKSUM, fields, count, 0);
        } else {
            putWord(l4Index + UDP_LENGTH_FIELD, l4Length + count);
            storeChecksum(l4Index + UDP_CHECKSUM, l4Length + count, count, 0xFFFF);
        }
        view.wrap(header, headerIndex, headerLength, payload, payloadOffset + done, count);
        done += count;
        segment++;
        return true;
    }

    private void patchIp(int count) {
        if (ipv4) {
            int total = ipLength + l4Length + count;
            int number = identification + segment & 0xFFFF;
            putWord(ipIndex + IPV4_TOTAL_LENGTH, total);
            putWord(ipIndex + IPV4_IDENTIFICATION, number);
            putWord(ipIndex + IPV4_CHECKSUM,
                    InternetChecksum.checksum(InternetChecksum.fold((long) ipSum + total + number)));
        } else {
            putWord(ipIndex + IPV6_PAYLOAD_LENGTH, ipLength - IPV6_LENGTH + l4Length + count);
        }
    }

    private int segmentFlags() {
        int result = flags;
        if (segment != segmentCount - 1) {
            result &= ~NOT_LAST;
        }
        if (segment != 0) {
            result &= ~TCP_CWR;
        }
        return result;
    }

    /** What is added to the header's sum are the fields that were patched and the length, which the seed lacks. */
    private void storeChecksum(int field, int patched, int count, int insteadOfZero) {
        int data = payload.sum(payloadOffset + done, count);
        int sum = InternetChecksum.fold((long) l4Sum + patched + (l4Length + count)
                + ((l4Length & 1) == 0 ? data : InternetChecksum.swap(data)));
        int checksum = InternetChecksum.checksum(sum);
        putWord(field, checksum == 0 ? insteadOfZero : checksum);
    }

    /** A sum without one of the words summed. */
    private static int without(int sum, int word) {
        return InternetChecksum.add(sum, InternetChecksum.checksum(word));
    }

    private int word(int index) {
        return header.getShort(index, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    private void putWord(int index, int value) {
        header.putShort(index, (short) value, ByteOrder.BIG_ENDIAN);
    }
}
