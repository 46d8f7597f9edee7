package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.IPV4_CHECKSUM;
import static io.vfnic.device.frame.Headers.SCTP_CHECKSUM;
import static io.vfnic.device.frame.Headers.SCTP_LENGTH;
import static io.vfnic.device.frame.Headers.TCP_CHECKSUM;
import static io.vfnic.device.frame.Headers.UDP_CHECKSUM;

import java.nio.ByteOrder;

/**
 * Inserts the checksums that a transmit descriptor asks for, without segmentation.
 *
 * <p>Trusts no header: the descriptor's lengths tell where the fields are, as in hardware, and are checked against the
 * frame. Every field written must lie in the header scratch. A method that returns false has changed nothing.
 * Lengths are those of the frame as it stands: if a tag was {@linkplain VlanTag#insert inserted}, add its length to
 * MACLEN.
 */
public final class TransmitChecksum {
    private TransmitChecksum() {
    }

    /**
     * Option IXSM: the IPv4 header checksum, computed with its field taken as zero.
     *
     * @param macLength MACLEN, offset of the IPv4 header
     * @param ipLength IPLEN, bytes of the IPv4 header with options
     * @return false if the field is not inside the header or the header not inside the scratch
     */
    public static boolean insertIpv4(FrameView frame, int macLength, int ipLength) {
        if (macLength < 0 || ipLength < IPV4_CHECKSUM + 2 || (long) macLength + ipLength > frame.headerLength()) {
            return false;
        }
        store(frame, macLength + IPV4_CHECKSUM, 0);
        store(frame, macLength + IPV4_CHECKSUM, InternetChecksum.checksum(frame.sum(macLength, ipLength)));
        return true;
    }

    /**
     * Option TXSM: the TCP, UDP or SCTP checksum from the layer 4 header to the end of the frame. For TCP and UDP the
     * driver has put the sum of the pseudo-header into the checksum field. A UDP checksum of 0 is stored as 0xFFFF (RFC
     * 768). SCTP gets its CRC32C (RFC 9260 section 6.8).
     *
     * @param macLength MACLEN
     * @param ipLength IPLEN; the layer 4 header is at MACLEN + IPLEN
     * @param l4Type L4T, see {@link L4Type}
     * @return false if L4T is reserved or the field (for SCTP the common header) is not inside the scratch
     */
    public static boolean insertL4(FrameView frame, int macLength, int ipLength, int l4Type) {
        if (macLength < 0 || ipLength < 0 || (long) macLength + ipLength > frame.headerLength()) {
            return false;
        }
        int offset = macLength + ipLength;
        return switch (l4Type) {
            case L4Type.TCP -> insertSum(frame, offset, offset + TCP_CHECKSUM, 0);
            case L4Type.UDP -> insertSum(frame, offset, offset + UDP_CHECKSUM, 0xFFFF);
            case L4Type.SCTP -> insertSctp(frame, offset);
            default -> false;
        };
    }

    /**
     * Command IC of a legacy transmit descriptor: the checksum from CSS to the end of the frame, stored at CSO.
     *
     * @param start CSS, offset of the first byte summed
     * @param field CSO, offset of the checksum field
     * @return false if CSS is not inside the frame or the field not inside the scratch
     */
    public static boolean insertLegacy(FrameView frame, int start, int field) {
        if (start < 0 || start >= frame.length() || field < 0) {
            return false;
        }
        return insertSum(frame, start, field, 0);
    }

    /**
     * The checksum that the far side of the wire has left to us: of the bytes from {@code start} to the end of the
     * frame, where the field holds the sum of the pseudo-header. 0 is stored as 0xFFFF, which is the same to every
     * receiver and to UDP not "none".
     *
     * @param start offset of the first byte summed
     * @param field offset of the checksum field
     * @return false if {@code start} is not inside the frame or the field not behind it and inside the scratch
     */
    public static boolean insertPartial(FrameView frame, int start, int field) {
        if (start < Headers.ETHERNET_LENGTH || start >= frame.length() || field < start) {
            return false;
        }
        return insertSum(frame, start, field, 0xFFFF);
    }

    private static boolean insertSum(FrameView frame, int start, int field, int insteadOfZero) {
        if (field > frame.headerLength() - 2) {
            return false;
        }
        int checksum = InternetChecksum.checksum(frame.sum(start, frame.length() - start));
        store(frame, field, checksum == 0 ? insteadOfZero : checksum);
        return true;
    }

    private static boolean insertSctp(FrameView frame, int offset) {
        if (offset > frame.headerLength() - SCTP_LENGTH) {
            return false;
        }
        int crc = SctpChecksum.of(frame, offset, frame.length() - offset);
        frame.header().putInt(frame.headerIndex() + offset + SCTP_CHECKSUM, crc, ByteOrder.LITTLE_ENDIAN);
        return true;
    }

    private static void store(FrameView frame, int offset, int value) {
        frame.header().putShort(frame.headerIndex() + offset, (short) value, ByteOrder.BIG_ENDIAN);
    }
}
