package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.SCTP_CHECKSUM;
import static io.vfnic.device.frame.Headers.SCTP_LENGTH;

/** The checksum of an SCTP packet (RFC 9260 section 6.8). */
final class SctpChecksum {
    private SctpChecksum() {
    }

    /** CRC32C of an SCTP packet of 12 bytes or more, its checksum field taken as zero; stored little-endian. */
    static int of(FrameView frame, int offset, int length) {
        int crc = frame.crc32c(Crc32c.INITIAL, offset, SCTP_CHECKSUM);
        for (int i = SCTP_CHECKSUM; i < SCTP_LENGTH; i++) {
            crc = Crc32c.update(crc, 0);
        }
        return Crc32c.finish(frame.crc32c(crc, offset + SCTP_LENGTH, length - SCTP_LENGTH));
    }
}
