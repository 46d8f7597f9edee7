package io.vfnic.testkit.guest;

/**
 * A frame from a receive ring.
 *
 * @param bytes       the frame, without CRC.
 * @param descriptors how many descriptors it took.
 * @param packetType  dword 0 of the last descriptor.
 * @param status      status and error bits of the last descriptor.
 * @param vlan        the stripped tag, valid with {@link #hasVlan()}.
 */
public record ReceivedFrame(byte[] bytes, int descriptors, int packetType, int status, int vlan) {
    private static final int VLAN_PRESENT = 1 << 3;
    private static final int LAYER_4_CHECKED = 1 << 5;
    private static final int IP_CHECKED = 1 << 6;
    private static final int LAYER_4_ERROR = 1 << 29;
    private static final int IP_ERROR = 1 << 30;

    /** Whether a VLAN tag was stripped. */
    public boolean hasVlan() {
        return (status & VLAN_PRESENT) != 0;
    }

    /** Whether the card found the IPv4 header's checksum right. */
    public boolean isIpChecksumGood() {
        return (status & IP_CHECKED) != 0 && (status & IP_ERROR) == 0;
    }

    /** Whether the card found the layer 4 checksum right. */
    public boolean isLayer4ChecksumGood() {
        return (status & LAYER_4_CHECKED) != 0 && (status & LAYER_4_ERROR) == 0;
    }
}
