package io.vfnic.device.uplink;

import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What went through the uplink, and what did not. Written by the agent that owns the uplink, read by anyone. */
public final class UplinkCounters {
    /** Why a frame was dropped. */
    public enum Drop {
        /** Out: the far side took no more. */
        OUT_FULL,
        /** Out: the port's link was down, or there was nobody at the far side. */
        OUT_LINK_DOWN,
        /** Out: the far side refused the frame. */
        OUT_REFUSED,
        /** In: the port's link was down. */
        IN_LINK_DOWN,
        /** In: neither a function nor a default pool is meant. */
        IN_UNWANTED,
        /** In: longer than the card takes. */
        IN_OVERSIZE,
        /** In: shorter than an Ethernet header, or what the far side says of it contradicts its bytes. */
        IN_MALFORMED,
        /** In: the ring to another agent, the receiver's, was full. */
        IN_RING_FULL;

        private static final Drop[] ALL = values();
    }

    private static final int CRC_LENGTH = 4;

    private final PoolCounters traffic = new PoolCounters();
    private final PoolCounters ofVfs = new PoolCounters();
    private final AtomicLongArray drops = new AtomicLongArray(Drop.ALL.length);

    /**
     * A moment's values.
     *
     * @param framesIn  frames that came in for any of the functions, large sends by their segments.
     * @param octetsIn  their bytes without the CRC.
     * @param framesOut frames that went out, large sends by their segments.
     * @param octetsOut their bytes without the CRC.
     * @param drops     by reason; all reasons are there.
     */
    public record Snapshot(
        long framesIn, long octetsIn, long framesOut, long octetsOut, Map<Drop, Long> drops) {
        /** Makes the map the record's own. */
        public Snapshot {
            drops = Map.copyOf(drops);
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

    /** How many frames were dropped for a reason. */
    public long drops(Drop reason) {
        return drops.get(reason.ordinal());
    }

    /** The values now. */
    public Snapshot snapshot() {
        final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
        for (Drop reason : Drop.ALL) {
            dropped.put(reason, drops(reason));
        }
        final long framesIn = traffic.get(Counter.GPRC);
        final long framesOut = traffic.get(Counter.GPTC);
        return new Snapshot(framesIn, traffic.get(Counter.GORC) - framesIn * CRC_LENGTH,
            framesOut, traffic.get(Counter.GOTC) - framesOut * CRC_LENGTH, dropped);
    }
}
