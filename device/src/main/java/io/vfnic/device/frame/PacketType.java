package io.vfnic.device.frame;

/**
 * Packet type bits of an advanced receive write-back descriptor, as they stand in bits 15:4 of its first dword.
 *
 * <p>IPv4 with options sets both IPv4 bits, IPv6 with extension headers both IPv6 bits.
 */
public final class PacketType {
    public static final int IPV4 = 1 << 4;
    public static final int IPV4_OPTIONS = 1 << 5;
    public static final int IPV6 = 1 << 6;
    public static final int IPV6_EXTENSIONS = 1 << 7;
    public static final int TCP = 1 << 8;
    public static final int UDP = 1 << 9;
    public static final int SCTP = 1 << 10;
    public static final int ESP = 1 << 12;
    public static final int AH = 1 << 13;

    private PacketType() {
    }
}
