package io.vfnic.device.ring;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * The traffic counters of one pool. Written by the one agent that owns the pool's queues, read by anyone; they run on
 * for ever, and the registers show their low 32 bits (VFGPRC and the others of 82576's VF page 0x0F00).
 */
public final class PoolCounters {
    /** What is counted. Octets include the CRC's four bytes. */
    public enum Counter {
        /** Good packets received. */
        GPRC,
        /** Good packets transmitted. */
        GPTC,
        /** Good octets received. */
        GORC,
        /** Good octets transmitted. */
        GOTC,
        /** Multicast packets received. */
        MPRC,
        /** Good packets received from another pool of the card. */
        GPRLBC,
        /** Good packets transmitted to another pool of the card. */
        GPTLBC,
        /** Good octets received from another pool. */
        GORLBC,
        /** Good octets transmitted to another pool. */
        GOTLBC,
        /** Packets dropped because no receive descriptor was free. */
        NO_DESCRIPTOR,
        /** Packets longer than the pool may receive. */
        OVERSIZE,
        /** Packets dropped by MAC or VLAN anti-spoofing. */
        SPOOFED,
        /** Descriptors or buffers outside of guest memory, malformed descriptors. */
        DMA_ERROR,
        /** Packets that no pool and no uplink took. */
        NO_DESTINATION,
        /** Frames dropped because the ring to another agent was full. */
        RING_FULL;

        private static final Counter[] ALL = values();
    }

    private final AtomicBuffer values = new UnsafeBuffer(ByteBuffer.allocateDirect(Counter.ALL.length * Long.BYTES));

    /** Adds to a counter; only the owning agent calls. */
    public void add(Counter counter, long amount) {
        final int index = counter.ordinal() * Long.BYTES;
        values.putLongRelease(index, values.getLong(index) + amount);
    }

    /** The value now. */
    public long get(Counter counter) {
        return values.getLongVolatile(counter.ordinal() * Long.BYTES);
    }
}
