package io.vfnic.device.ring;

/**
 * How much of the card's receive packet buffer a function's queues may fill and have filled: frames that found no
 * receive descriptor wait there for one (82576, RXPBS: 64 KiB). Every function has a share of its own, so that one
 * whose driver takes nothing holds up nobody else's frames. One agent's.
 */
public final class PacketBuffer {
    /** Bytes of the card's buffer. */
    public static final int LENGTH = 64 << 10;

    private int used;

    /**
     * Takes room; a frame fits into an empty buffer whatever its length.
     *
     * @param share bytes that the function may fill.
     */
    boolean take(int length, int share) {
        if (used != 0 && used + length > share) {
            return false;
        }
        used += length;
        return true;
    }

    void giveBack(int length) {
        used -= length;
    }
}
