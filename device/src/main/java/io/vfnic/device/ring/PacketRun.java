package io.vfnic.device.ring;

/**
 * Counts the packets of one direction of a pool by runs: most are as long as the one before and go the same way, so that
 * one number stands for them until {@link #publish} adds them to the counters. The agent's.
 */
public final class PacketRun {
    /** Where a run is added up. */
    @FunctionalInterface
    interface Totals {
        void add(long packets, int octets, long destination, boolean local);
    }

    private final Totals totals;
    private int octets;
    private boolean local;
    private long packets;

    PacketRun(Totals totals) {
        this.totals = totals;
    }

    /**
     * Counts a packet.
     *
     * @param length   in octets, with the CRC.
     * @param address  its destination MAC address, first byte on the wire highest.
     * @param internal whether it comes from, or goes to, another pool.
     */
    public void add(int length, long address, boolean internal) {
        if ((address & PoolCounters.GROUP_BIT) != 0) {
            totals.add(1, length, address, internal);
            return;
        }
        if (length != octets || internal != local) {
            publish();
            octets = length;
            local = internal;
        }
        packets++;
    }

    void publish() {
        if (packets != 0) {
            totals.add(packets, octets, 0, local);
            packets = 0;
        }
    }
}
