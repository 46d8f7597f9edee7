package io.vfnic.device.uplink;

import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.spi.UplinkPort;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;

/** What went through the uplink, and what did not. Written by the agent that owns the uplink, read by anyone. */
public final class UplinkCounters {
    /** Why a frame was dropped. */
    public enum Drop {
        /** Out: the far side took no more. */
        OUT_FULL("tx_dropped_full"),
        /** Out: the port's link was down, or there was nobody at the far side. */
        OUT_LINK_DOWN("tx_dropped_link_down"),
        /** Out: the far side refused the frame. */
        OUT_REFUSED("tx_dropped_refused"),
        /** In: the port's link was down. */
        IN_LINK_DOWN("rx_dropped_link_down"),
        /** In: neither a function nor a default pool is meant. */
        IN_UNWANTED("rx_dropped_unwanted"),
        /** In: longer than the card takes. */
        IN_OVERSIZE("rx_dropped_oversize"),
        /** In: shorter than an Ethernet header, or what the far side says of it contradicts its bytes. */
        IN_MALFORMED("rx_dropped_malformed"),
        /** In: the ring to another agent, the receiver's, was full. */
        IN_RING_FULL("rx_dropped_ring_full"),
        /** In: lost before the card could read it. Counted by the port itself, {@link UplinkPort#missed()}. */
        IN_MISSED("rx_dropped_missed");

        private static final Drop[] ALL = values();

        private final String statistic;

        Drop(String statistic) {
            this.statistic = statistic;
        }

        /** Its name for operators, as {@link Counter#statistic()}; rx is from the wire. */
        public String statistic() {
            return statistic;
        }
    }

    /** What is counted of traffic: what goes from function to function never comes here. */
    public static final Set<Counter> TRAFFIC = Collections.unmodifiableSet(EnumSet.of(
        Counter.GPRC, Counter.GORC, Counter.MPRC, Counter.BPRC, Counter.PRC64, Counter.PRC127, Counter.PRC255,
        Counter.PRC511, Counter.PRC1023, Counter.PRC1522, Counter.GPTC, Counter.GOTC, Counter.MPTC, Counter.BPTC,
        Counter.PTC64, Counter.PTC127, Counter.PTC255, Counter.PTC511, Counter.PTC1023, Counter.PTC1522));

    private static final int CRC_LENGTH = 4;

    private final PoolCounters traffic = new PoolCounters();
    private final PoolCounters ofVfs = new PoolCounters();
    private final AtomicLongArray drops = new AtomicLongArray(Drop.ALL.length);

    /**
     * A moment's values.
     *
     * @param traffic what came in for any of the functions and what went out, large sends by their segments: all of
     *                {@link #TRAFFIC} is there; octets with the CRC.
     * @param drops   by reason; all reasons are there.
     */
    public record Snapshot(Map<Counter, Long> traffic, Map<Drop, Long> drops) {
        /** Makes the maps the record's own. */
        public Snapshot {
            traffic = Collections.unmodifiableMap(new EnumMap<>(traffic));
            drops = Collections.unmodifiableMap(new EnumMap<>(drops));
        }

        /** Frames that came in for any of the functions. */
        public long framesIn() {
            return traffic.get(Counter.GPRC);
        }

        /** Their bytes without the CRC. */
        public long octetsIn() {
            return withoutCrc(Counter.GORC, framesIn());
        }

        /** Frames that went out. */
        public long framesOut() {
            return traffic.get(Counter.GPTC);
        }

        /** Their bytes without the CRC. */
        public long octetsOut() {
            return withoutCrc(Counter.GOTC, framesOut());
        }

        /** Octets are counted after the frames: a moment may fall between. */
        private long withoutCrc(Counter octets, long frames) {
            return Math.max(0, traffic.get(octets) - frames * CRC_LENGTH);
        }
    }

    /** What went through, as the 82576 counts a port's traffic; octets with the CRC. */
    public PoolCounters traffic() {
        return traffic;
    }

    /**
     * What went through for VFs alone, as the 82576 counts a port's traffic (GPRC, GPTC and so on): with what the PF
     * counts for itself it is the port's.
     */
    public PoolCounters ofVfs() {
        return ofVfs;
    }

    /**
     * Counts a frame that came in and is meant for a function; only the owning agent calls.
     *
     * @param octets      its length with the CRC.
     * @param destination its destination MAC address, first byte on the wire highest.
     * @param forPf       whether the PF gets it, which counts it itself.
     */
    void received(int octets, long destination, boolean forPf) {
        traffic.received(octets, destination, false);
        if (!forPf) {
            ofVfs.add(Counter.TPR, 1);
            ofVfs.add(Counter.TOR, octets);
            ofVfs.received(octets, destination, false);
        }
    }

    /** Counts a frame that went out; as {@link #received}. */
    void transmitted(int octets, long destination, boolean fromPf) {
        traffic.transmitted(octets, destination, false);
        if (!fromPf) {
            ofVfs.transmitted(octets, destination, false);
        }
    }

    /** Counts frames that were dropped; only the owning agent calls. */
    public void dropped(Drop reason, int frames) {
        final int index = reason.ordinal();
        drops.setRelease(index, drops.getPlain(index) + frames);
    }

    /** How many frames were dropped for a reason that {@link #dropped} is told of. */
    public long drops(Drop reason) {
        return drops.get(reason.ordinal());
    }

    /**
     * The values now.
     *
     * @param missed {@link UplinkPort#missed()}.
     */
    public Snapshot snapshot(long missed) {
        final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
        for (Drop reason : Drop.ALL) {
            dropped.put(reason, reason == Drop.IN_MISSED ? missed : drops(reason));
        }
        final Map<Counter, Long> counted = new EnumMap<>(Counter.class);
        for (Counter counter : TRAFFIC) {
            counted.put(counter, traffic.get(counter));
        }
        return new Snapshot(counted, dropped);
    }
}
