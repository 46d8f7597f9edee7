package io.vfnic.device.ring;

/**
 * What must be known of a frame, beside its bytes, to give it to a receive queue now or later: how its descriptor is
 * written back, and what is counted then. Reused; one agent's.
 */
public final class Reception {
    private int strippedTag;
    private int split;
    private int packetType;
    private int value;
    private int status;
    private int fragmentChecksum;
    private int octets;
    private boolean local;
    private boolean immediate;

    /**
     * Takes what a status says of the frame that it has examined.
     *
     * @param tag       tag control information of the stripped tag, or {@link Frame#UNTAGGED}.
     * @param headers   where the header ends for header split, 0 where it does not.
     * @param length    bytes on the wire with the CRC.
     * @param fromPool  whether another pool sent the frame.
     * @param hurried   whether the frame's interrupt is not to wait for moderation.
     */
    public Reception of(ReceiveStatus examined, int tag, int headers, int length, boolean fromPool, boolean hurried) {
        strippedTag = tag;
        split = headers;
        packetType = examined.packetType() | examined.reportedType();
        value = examined.reportedValue();
        status = examined.status();
        fragmentChecksum = examined.fragmentChecksum();
        octets = length;
        local = fromPool;
        immediate = hurried;
        return this;
    }

    void copy(Reception other) {
        strippedTag = other.strippedTag;
        split = other.split;
        packetType = other.packetType;
        value = other.value;
        status = other.status;
        fragmentChecksum = other.fragmentChecksum;
        octets = other.octets;
        local = other.local;
        immediate = other.immediate;
    }

    /** Bytes on the wire with the CRC. */
    public int octets() {
        return octets;
    }

    /** Whether another pool sent the frame. */
    public boolean isLocal() {
        return local;
    }

    /** Whether the frame's interrupt is not to wait for moderation. */
    public boolean isImmediate() {
        return immediate;
    }

    int strippedTag() {
        return strippedTag;
    }

    int split() {
        return split;
    }

    /** Packet type and RSS type as dword 0 has them. */
    int packetType() {
        return packetType;
    }

    /** dword 1. */
    int value() {
        return value;
    }

    /** What dword 2 says of the frame. */
    int status() {
        return status;
    }

    int fragmentChecksum() {
        return fragmentChecksum;
    }
}
