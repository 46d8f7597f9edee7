package io.vfnic.device.frame;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** Naive checksums over arrays, written from the RFCs and sharing nothing with the code under test. */
public final class Reference {
    private Reference() {
    }

    public static int word(byte[] data, int at) {
        return (data[at] & 0xFF) << 8 | data[at + 1] & 0xFF;
    }

    public static long dword(byte[] data, int at) {
        return (long) word(data, at) << 16 | word(data, at + 2);
    }

    /** RFC 1071: sum of 16-bit words, a last odd byte padded with zero. */
    public static int sum(byte[] data, int from, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (i & 1) == 0 ? (data[from + i] & 0xFF) << 8 : data[from + i] & 0xFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) sum;
    }

    /** The pseudo-header of RFC 793 or RFC 8200 in front of {@code length} bytes at {@code l4}, summed. */
    public static int l4Sum(byte[] frame, int ip, int l4, int length, int protocol) {
        boolean v4 = (frame[ip] & 0xF0) == 0x40;
        int addresses = v4 ? 8 : 32;
        byte[] all = new byte[addresses + 8 + length];
        System.arraycopy(frame, ip + (v4 ? 12 : 8), all, 0, addresses);
        all[addresses + 1] = (byte) protocol;
        all[addresses + 4] = (byte) (length >> 24);
        all[addresses + 5] = (byte) (length >> 16);
        all[addresses + 6] = (byte) (length >> 8);
        all[addresses + 7] = (byte) length;
        System.arraycopy(frame, l4, all, addresses + 8, length);
        return sum(all, 0, all.length);
    }

    /** CRC32C by the JDK. */
    public static int crc32c(byte[] data, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, from, length);
        return (int) crc.getValue();
    }

    /** SCTP checksum by RFC 9260: the field zeroed in a copy. */
    public static int sctp(byte[] frame, int l4, int length) {
        byte[] packet = Arrays.copyOfRange(frame, l4, l4 + length);
        Arrays.fill(packet, 8, 12, (byte) 0);
        return crc32c(packet, 0, length);
    }
}
