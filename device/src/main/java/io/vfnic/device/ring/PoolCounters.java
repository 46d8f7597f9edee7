package io.vfnic.device.ring;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The traffic counters of one pool. Written by the one agent that owns the pool's queues, read by anyone; they run on
 * for ever, and the registers show their low 32 bits (VFGPRC and the others of 82576's VF page 0x0F00).
 */
public final class PoolCounters {
    /** What is counted. Octets include the CRC's four bytes. */
    public enum Counter {
        /** Good packets received. */
        GPRC("rx_packets"),
        /** Good packets transmitted. */
        GPTC("tx_packets"),
        /** Good octets received. */
        GORC("rx_bytes"),
        /** Good octets transmitted. */
        GOTC("tx_bytes"),
        /** Multicast packets received. */
        MPRC("rx_multicast"),
        /** Good packets received from another pool of the card. */
        GPRLBC("rx_local_packets"),
        /** Good packets transmitted to another pool of the card. */
        GPTLBC("tx_local_packets"),
        /** Good octets received from another pool. */
        GORLBC("rx_local_bytes"),
        /** Good octets transmitted to another pool. */
        GOTLBC("tx_local_bytes"),
        /** Broadcast packets received. */
        BPRC("rx_broadcast"),
        /** Packets received with 64 octets at the most. */
        PRC64("rx_64_byte_packets"),
        /** Packets received with 65 to 127 octets. */
        PRC127("rx_65_to_127_byte_packets"),
        /** Packets received with 128 to 255 octets. */
        PRC255("rx_128_to_255_byte_packets"),
        /** Packets received with 256 to 511 octets. */
        PRC511("rx_256_to_511_byte_packets"),
        /** Packets received with 512 to 1,023 octets. */
        PRC1023("rx_512_to_1023_byte_packets"),
        /** Packets received with 1,024 octets and more. */
        PRC1522("rx_1024_byte_and_more_packets"),
        /** Multicast packets transmitted. */
        MPTC("tx_multicast"),
        /** Broadcast packets transmitted. */
        BPTC("tx_broadcast"),
        /** Packets transmitted with 64 octets at the most. */
        PTC64("tx_64_byte_packets"),
        /** Packets transmitted with 65 to 127 octets. */
        PTC127("tx_65_to_127_byte_packets"),
        /** Packets transmitted with 128 to 255 octets. */
        PTC255("tx_128_to_255_byte_packets"),
        /** Packets transmitted with 256 to 511 octets. */
        PTC511("tx_256_to_511_byte_packets"),
        /** Packets transmitted with 512 to 1,023 octets. */
        PTC1023("tx_512_to_1023_byte_packets"),
        /** Packets transmitted with 1,024 octets and more. */
        PTC1522("tx_1024_byte_and_more_packets"),
        /** Packets that came for the pool, whatever became of them. */
        TPR("rx_offered_packets"),
        /** Octets of the packets that came for the pool. */
        TOR("rx_offered_bytes"),
        /** Large sends that were cut into segments. */
        TSCTC("tx_tcp_seg_good"),
        /** Interrupts sent. */
        IAC("interrupts"),
        /** Packets that came when no receive descriptor was free, whether they could wait for one or were dropped. */
        NO_BUFFER("rx_no_buffer_count"),
        /** Packets dropped because no receive descriptor was free. */
        NO_DESCRIPTOR("rx_no_descriptor"),
        /** Of these, packets for a queue whose driver lets them wait (SRRCTL.DROP_EN), that found no room to. */
        MISSED("rx_missed_errors"),
        /** Packets longer than the pool may receive. */
        OVERSIZE("rx_long_length_errors"),
        /** Packets dropped by MAC or VLAN anti-spoofing. */
        SPOOFED("tx_spoofed_packets"),
        /** Descriptors or buffers outside of guest memory, malformed descriptors. */
        DMA_ERROR("dma_errors"),
        /** Packets that no pool and no uplink took. */
        NO_DESTINATION("tx_no_destination"),
        /** Frames dropped because the ring to another agent was full. */
        RING_FULL("rx_ring_full");

        private static final Counter[] ALL = values();

        private final String statistic;

        Counter(String statistic) {
            this.statistic = statistic;
        }

        /** Its name for operators, as {@code ethtool -S} has it where it has one: lower case, underscores. */
        public String statistic() {
            return statistic;
        }
    }

    private static final Counter[] RECEIVED_BY_SIZE = {
        Counter.PRC64, Counter.PRC127, Counter.PRC255, Counter.PRC511, Counter.PRC1023, Counter.PRC1522};
    private static final Counter[] TRANSMITTED_BY_SIZE = {
        Counter.PTC64, Counter.PTC127, Counter.PTC255, Counter.PTC511, Counter.PTC1023, Counter.PTC1522};
    private static final int SMALLEST = 64;
    private static final int BITS_OF_SMALLEST = 6;
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    static final long GROUP_BIT = 1L << 40;

    private final AtomicLongArray values = new AtomicLongArray(Counter.ALL.length);
    private final PacketRun received = new PacketRun(this::received);
    private final PacketRun transmitted = new PacketRun(this::transmitted);
    private long offeredPackets;
    private long offeredOctets;

    /** Adds to a counter; only the owning agent calls. */
    public void add(Counter counter, long amount) {
        final int index = counter.ordinal();
        values.setRelease(index, values.getPlain(index) + amount);
    }

    /**
     * Counts a packet that was received well; only the owning agent calls.
     *
     * @param octets      its length with the CRC.
     * @param destination its destination MAC address, first byte on the wire highest.
     * @param local       whether it came from another pool.
     */
    public void received(int octets, long destination, boolean local) {
        received(1, octets, destination, local);
    }

    private void received(long packets, int octets, long destination, boolean local) {
        add(Counter.GPRC, packets);
        add(Counter.GORC, packets * octets);
        add(RECEIVED_BY_SIZE[bucket(octets)], packets);
        if ((destination & GROUP_BIT) != 0) {
            add(destination == BROADCAST ? Counter.BPRC : Counter.MPRC, packets);
        }
        if (local) {
            add(Counter.GPRLBC, packets);
            add(Counter.GORLBC, packets * octets);
        }
    }

    /** Counts a packet that was transmitted, as {@link #received} does one that was received. */
    public void transmitted(int octets, long destination, boolean local) {
        transmitted(1, octets, destination, local);
    }

    private void transmitted(long packets, int octets, long destination, boolean local) {
        add(Counter.GPTC, packets);
        add(Counter.GOTC, packets * octets);
        add(TRANSMITTED_BY_SIZE[bucket(octets)], packets);
        if ((destination & GROUP_BIT) != 0) {
            add(destination == BROADCAST ? Counter.BPTC : Counter.MPTC, packets);
        }
        if (local) {
            add(Counter.GPTLBC, packets);
            add(Counter.GOTLBC, packets * octets);
        }
    }

    /** Where the owning agent counts packets received well of which nobody need know before {@link #publish}. */
    public PacketRun receivedRun() {
        return received;
    }

    /** The same of packets transmitted. */
    public PacketRun transmittedRun() {
        return transmitted;
    }

    /** Counts a packet that has come for the pool, with the next {@link #publish}; only the owning agent calls. */
    public void offered(int octets) {
        offeredPackets++;
        offeredOctets += octets;
    }

    /** Adds what was counted by runs; before the guest learns of those packets. Only the owning agent calls. */
    public void publish() {
        received.publish();
        transmitted.publish();
        if (offeredPackets != 0) {
            add(Counter.TPR, offeredPackets);
            add(Counter.TOR, offeredOctets);
            offeredPackets = 0;
            offeredOctets = 0;
        }
    }

    private static int bucket(int octets) {
        final int doublings = Integer.SIZE - Integer.numberOfLeadingZeros(octets) - BITS_OF_SMALLEST;
        return octets <= SMALLEST ? 0 : Math.min(RECEIVED_BY_SIZE.length - 1, doublings);
    }

    /** The value now. */
    public long get(Counter counter) {
        return values.get(counter.ordinal());
    }
}
