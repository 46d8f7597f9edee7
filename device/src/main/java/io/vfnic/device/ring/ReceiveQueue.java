package io.vfnic.device.ring;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.memory.DmaView;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPoint;
import io.vfnic.device.watch.WatchRecord;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * A receive queue: writes frames into the buffers that the driver has handed over and writes their descriptors back.
 * All of it belongs to the agent that owns the queue.
 */
public final class ReceiveQueue {
    /** What became of a frame. */
    public enum Outcome {
        /** It is in guest memory and its descriptors are written back. */
        DELIVERED,
        /** The queue does not run. */
        DISABLED,
        /** Too few free descriptors: it waits for some. */
        HELD,
        /** Too few free descriptors: it is dropped. */
        NO_DESCRIPTOR,
        /** A buffer was unreachable: the descriptors are written back with an error. */
        FAULT
    }

    private static final int DD = 1;
    private static final int EOP = 1 << 1;
    private static final int VP = 1 << 3;
    /** dword 2, errors: the frame was not received well (RXE). */
    private static final int RXE = 1 << 31;
    private static final int TYPE_LEGACY = 0;
    private static final int MAX_DESCRIPTORS = 64;
    /** Descriptors that are written back together at the most. */
    private static final int RUN = 64;

    private final QueueRegisters registers;
    private final DmaView dma;
    private final PoolCounters counters;
    private final QueueCounters traffic = new QueueCounters();
    private final DescriptorRing ring;
    private final HeaderSplit header = new HeaderSplit();
    private final HeldFrames held;
    private final int[] lengths = new int[MAX_DESCRIPTORS];
    private UnsafeBuffer bounce;
    private Reception lastHeld;
    private long lastDestination;
    private WatchPoint watch = WatchPoint.unread();
    private int number;

    private boolean running;
    private int head;
    /** Bytes of a buffer, 0 where the port's length counts. */
    private int ownBufferLength;
    private int bufferLength;
    private int type;

    /**
     * A queue that does not run.
     *
     * @param buffer where the function's frames wait for descriptors.
     */
    public ReceiveQueue(QueueRegisters registers, DmaView dma, PoolCounters counters, PacketBuffer buffer) {
        this.registers = registers;
        this.dma = dma;
        this.counters = counters;
        this.ring = new DescriptorRing(dma);
        this.held = new HeldFrames(buffer);
    }

    /** Where descriptors are recorded, and the queue's number there; while nobody uses the queue yet. */
    public void watch(WatchPoint point, int queue) {
        watch = point;
        number = queue;
    }

    /** What the ring holds; the agent's. */
    public RingContents contents() {
        return running ? RingContents.of(false, number, type == TYPE_LEGACY, ring, registers, head)
            : RingContents.stopped(false, number, registers);
    }

    /** Follows RXDCTL.ENABLE: starts at its rising edge with head 0, stops at its falling edge. */
    public void followEnable() {
        final boolean enable = registers.isEnableRequested();
        if (enable == running) {
            return;
        }
        if (!enable) {
            flush();
        }
        running = enable;
        ring.forget();
        dropHeld();
        // Where the register is mapped, nobody else lets this bit clear itself.
        registers.clearControl(QueueRegisters.CONTROL_SWFLUSH);
        if (enable) {
            head = 0;
            registers.head(0);
            ownBufferLength = registers.packetBufferLength();
            type = registers.descriptorType();
            header.open(type, registers.headerBufferLength());
            ring.open(registers.ringAddress(), registers.ringEntries());
            if (!ring.isUsable()) {
                counters.add(Counter.DMA_ERROR, 1);
            }
        }
    }

    /** Guest memory has changed: addresses learned before are void. */
    public void memoryChanged() {
        if (running) {
            ring.locate(head);
        }
    }

    /**
     * Stops the queue, which is to be another function's: its head reads 0 afterwards, and its other registers are the
     * new owner's to write.
     */
    public void release() {
        running = false;
        ring.forget();
        head = 0;
        registers.head(0);
        dropHeld();
    }

    /** Stops the queue and forgets everything: ENABLE, head and tail read 0 afterwards. */
    public void reset() {
        release();
        final int stopped = QueueRegisters.CONTROL_ENABLE | QueueRegisters.CONTROL_SWFLUSH;
        registers.set(QueueRegisters.CONTROL_OFFSET, registers.get(QueueRegisters.CONTROL_OFFSET) & ~stopped);
        registers.set(QueueRegisters.TAIL_OFFSET, 0);
    }

    /** What has gone through the queue; any thread reads it. */
    public QueueCounters traffic() {
        return traffic;
    }

    /** Whether the driver has switched the queue on. */
    public boolean isRunning() {
        return running;
    }

    /**
     * Brings write-backs to the guest that have not reached it.
     *
     * @return whether there were any and all have arrived: the queue's interrupt cause is to be raised again.
     */
    public boolean settle() {
        return running && ring.isUsable() && ring.isBehind() && flush();
    }

    /**
     * Brings to the guest the descriptors of the frames that were delivered since the last call.
     *
     * @return whether all of them have arrived; false where the queue does not run.
     */
    public boolean flush() {
        counters.publish();
        traffic.publish();
        final boolean arrived = running && ring.flush(head);
        if (arrived) {
            registers.head(head);
        }
        return arrived;
    }

    /**
     * Gives the queue a frame, whose read position this moves. Where too few descriptors are free and the driver has
     * not asked for such frames to be dropped (SRRCTL.DROP_EN), the frame waits, and all that come after it.
     *
     * @param frame       the frame, with its tag in place or stripped as the pool wants it.
     * @param reception   what else is known of the frame.
     * @param usualBuffer bytes of a buffer where SRRCTL does not say (RCTL.BSIZE).
     * @param sharers     how many functions share the packet buffer in which frames wait; 0 where none of this queue
     *                    may (QDE).
     */
    public Outcome deliver(FrameView frame, Reception reception, int usualBuffer, int sharers) {
        // For each frame: a driver that has the register mapped clears it without our being told, and gives the buffers
        // to somebody else a few milliseconds later.
        followEnable();
        if (!running || !ring.isUsable()) {
            return Outcome.DISABLED;
        }
        bufferLength = ownBufferLength != 0 ? ownBufferLength : usualBuffer;
        final Outcome outcome = held.isEmpty() ? put(frame, reception) : Outcome.HELD;
        return outcome == Outcome.HELD ? holdOrDrop(frame, reception, sharers) : outcome;
    }

    /** Whether frames wait for descriptors. */
    public boolean isHolding() {
        return !held.isEmpty();
    }

    /**
     * Gives the frame that has waited longest its descriptors.
     *
     * @return {@link Outcome#HELD} where it must wait still; else it is done with, and {@link #lastHeld()} tells of it.
     */
    public Outcome deliverHeld(int usualBuffer) {
        followEnable();
        if (held.isEmpty() || !ring.isUsable()) {
            return Outcome.HELD;
        }
        bufferLength = ownBufferLength != 0 ? ownBufferLength : usualBuffer;
        lastHeld = held.firstReception();
        final FrameView frame = held.firstFrame();
        lastDestination = frame.destination();
        Outcome outcome = Outcome.FAULT;
        try {
            outcome = put(frame, lastHeld);
        } finally {
            // A guest whose memory vanishes under the copy is not to meet the same frame for ever.
            if (outcome != Outcome.HELD) {
                held.removeFirst();
            }
        }
        return outcome;
    }

    /** What is known of the frame that {@link #deliverHeld} delivered last. */
    public Reception lastHeld() {
        return lastHeld;
    }

    /** Destination address of the frame that {@link #deliverHeld} delivered last, first byte on the wire highest. */
    public long lastHeldDestination() {
        return lastDestination;
    }

    /** Writes a frame to the guest; {@link Outcome#HELD} where there are no descriptors for it. */
    private Outcome put(FrameView frame, Reception reception) {
        if (ring.isBehind()) {
            return Outcome.HELD;
        }
        final int length = frame.length();
        header.plan(length, reception.split());
        final int needed = buffersFor(length - header.skipped());
        if (needed > MAX_DESCRIPTORS || !areAvailable(needed)) {
            return Outcome.HELD;
        }
        frame.rewind();
        int index = head;
        boolean good = header.stored() == 0 || copyHeader(index, frame, header.stored());
        if (header.skipped() == 0) {
            frame.rewind();
        }
        for (int n = 0; n < needed; n++) {
            lengths[n] = Math.min(bufferLength, frame.remaining());
            good = good && copy(ring.low(index), frame, lengths[n]);
            index = ring.next(index);
        }
        // The head first: a fault in the sender's memory may be reported as late as on return from here, and what is
        // written over the descriptors' copy is never to be taken for buffer addresses.
        final int first = head;
        head = index;
        writeBack(first, needed, good, reception);
        if (ring.unwritten(head) >= RUN) {
            flush();
        }
        if (good) {
            traffic.count(length);
        }
        return good ? Outcome.DELIVERED : Outcome.FAULT;
    }

    /** RNBC counts a frame that finds no descriptor, RQDPC one that is dropped then as wanted, MPC one without room. */
    private Outcome holdOrDrop(FrameView frame, Reception reception, int sharers) {
        counters.add(Counter.NO_BUFFER, 1);
        if (sharers == 0 || registers.isDropEnabled()) {
            registers.set(QueueRegisters.DROP_COUNT_OFFSET, registers.get(QueueRegisters.DROP_COUNT_OFFSET) + 1);
        } else if (mayEverFit(frame, reception) && held.hold(frame, reception, PacketBuffer.LENGTH / sharers)) {
            return Outcome.HELD;
        } else {
            counters.add(Counter.MISSED, 1);
        }
        counters.add(Counter.NO_DESCRIPTOR, 1);
        return Outcome.NO_DESCRIPTOR;
    }

    /** Whether the ring has as many descriptors as the frame needs: else those behind it would wait for ever. */
    private boolean mayEverFit(FrameView frame, Reception reception) {
        header.plan(frame.length(), reception.split());
        return buffersFor(frame.length() - header.skipped()) <= Math.min(ring.entries() - 1, MAX_DESCRIPTORS);
    }

    /** What the queue's frames waited for will not come. */
    private void dropHeld() {
        if (!held.isEmpty()) {
            final int dropped = held.clear();
            counters.add(Counter.MISSED, dropped);
            counters.add(Counter.NO_DESCRIPTOR, dropped);
        }
    }

    private int buffersFor(int length) {
        return length <= bufferLength ? 1 : (length + bufferLength - 1) / bufferLength;
    }

    private void writeBack(int first, int needed, boolean good, Reception reception) {
        int index = first;
        for (int n = 0; n < needed; n++) {
            final boolean last = n == needed - 1;
            int dword0 = n == 0 ? header.dword0() : 0;
            int dword2 = n == 0 || last ? DD | header.dword2() : DD;
            int vlan = 0;
            if (last) {
                dword0 |= reception.packetType();
                dword2 |= EOP | reception.status();
                if (reception.strippedTag() != Frame.UNTAGGED) {
                    dword2 |= VP;
                    vlan = reception.strippedTag();
                }
                if (!good) {
                    dword2 |= RXE;
                }
            }
            if (type == TYPE_LEGACY) {
                final int checksum = last ? reception.fragmentChecksum() : 0;
                writeBackLegacy(index, dword2, lengths[n] | checksum << Short.SIZE, vlan);
            } else {
                final int dword1 = last ? reception.value() : 0;
                writeBack(index, Integer.toUnsignedLong(dword0) | (long)dword1 << 32,
                    Integer.toUnsignedLong(dword2) | (long)(lengths[n] | vlan << 16) << 32, 0);
            }
            index = ring.next(index);
        }
    }

    /**
     * Legacy format: the buffer address stays; length and fragment checksum in dword 2, status (the advanced format's
     * low byte), errors (its CE to RXE, advanced bits 31:24) and VLAN in dword 3.
     */
    private void writeBackLegacy(int index, int advanced, int length, int vlan) {
        final int dword3 = (advanced & 0xFF) | (advanced >>> 24) << 8 | vlan << 16;
        writeBack(index, ring.low(index), Integer.toUnsignedLong(length) | (long)dword3 << 32, WatchRecord.LEGACY);
    }

    private void writeBack(int index, long low, long high, int format) {
        final boolean watched = watch.wants(WatchKind.DESCRIPTOR);
        if (watched) {
            watch.descriptor(format, number, index, ring.low(index), ring.high(index));
        }
        ring.writeBack(index, low, high);
        if (watched) {
            watch.descriptor(format | WatchRecord.WRITTEN_BACK, number, index, low, high);
        }
    }

    private boolean areAvailable(int needed) {
        while (ring.fetchedFrom(head) < needed) {
            final int tail = registers.tail();
            if (tail >= ring.entries() || !ring.fetch(head, tail)) {
                return false;
            }
        }
        return true;
    }

    private boolean copyHeader(int index, FrameView frame, int length) {
        // Bit 0 of the header buffer address is the descriptor's DD bit in this format, never part of the address.
        return copy(ring.high(index) & ~1L, frame, length);
    }

    private boolean copy(long iova, FrameView frame, int length) {
        if (length == 0) {
            return true;
        }
        final long address = dma.address(iova, length, DmaView.WRITE);
        if (address != 0) {
            frame.read(address, length);
            return true;
        }
        if (bounce == null) {
            bounce = new UnsafeBuffer(ByteBuffer.allocateDirect(0x7F << 10));
        }
        frame.read(bounce, 0, length);
        return dma.write(iova, bounce, 0, length);
    }
}
