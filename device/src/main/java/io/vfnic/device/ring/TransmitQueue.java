package io.vfnic.device.ring;

import io.vfnic.device.memory.DmaView;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPoint;
import io.vfnic.device.watch.WatchRecord;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * A transmit queue: reads descriptors from head to tail, applies the offloads they ask for and hands the frames on,
 * then reports the descriptors done. All of it belongs to the agent that owns the queue.
 * <p>
 * A packet is taken up only when all of its descriptors are there. A large send (TSO) may be left between two segments
 * when the budget ends, and goes on at the next poll.
 */
public final class TransmitQueue {
    /** {@link #heldUntil()} where no frame waits for the rate limiter. */
    public static final long NOT_HELD = Long.MAX_VALUE;

    private static final int CRC_LENGTH = 4;

    private final QueueRegisters registers;
    private final DmaView dma;
    private final PoolCounters counters;
    private final QueueCounters traffic = new QueueCounters();
    private final DescriptorRing ring;
    private final TransmitPacket packet;
    private final TransmitContext[] contexts = {new TransmitContext(), new TransmitContext()};
    private final TransmitOffload offload = new TransmitOffload();
    private final UnsafeBuffer headReport = new UnsafeBuffer(ByteBuffer.allocateDirect(Integer.BYTES));

    private RateLimiter limiter = new RateLimiter();
    private WatchPoint watch = WatchPoint.unread();
    private int number;
    private boolean running;
    private boolean sending;
    private boolean abandoned;
    private boolean discarding;
    private boolean reported;
    private boolean headReportDue;
    private int head;
    private int end;
    private int scannedTail = -1;
    private long headWriteBackAddress;
    private long heldUntil = NOT_HELD;

    /** A queue that does not run. */
    public TransmitQueue(QueueRegisters registers, DmaView dma, PoolCounters counters) {
        this.registers = registers;
        this.dma = dma;
        this.counters = counters;
        this.ring = new DescriptorRing(dma);
        this.packet = new TransmitPacket(dma);
    }

    /** Where descriptors are recorded, and the queue's number there; while nobody uses the queue yet. */
    public void watch(WatchPoint point, int queue) {
        watch = point;
        number = queue;
    }

    /** What the ring holds; the agent's. */
    public RingContents contents() {
        return running ? RingContents.of(true, number, false, ring, registers, head)
            : RingContents.stopped(true, number, registers);
    }

    /** Whose pace the queue keeps from now on; several queues may keep one. */
    public void limiter(RateLimiter shared) {
        limiter = shared;
    }

    /** When frames that the rate limiter holds back are to be looked at, nanoseconds, or {@link #NOT_HELD}. */
    public long heldUntil() {
        return heldUntil;
    }

    /** Follows TXDCTL.ENABLE: starts at its rising edge with head 0, stops at its falling edge. */
    public void followEnable() {
        final boolean enable = registers.isEnableRequested();
        if (enable == running) {
            return;
        }
        running = enable;
        // Where the register is mapped, nobody else lets this bit clear itself.
        registers.clearControl(QueueRegisters.CONTROL_SWFLUSH);
        forgetPacket();
        if (enable) {
            head = 0;
            registers.head(0);
            headWriteBackAddress = registers.headWriteBackAddress();
            ring.open(registers.ringAddress(), registers.ringEntries());
            if (!ring.isUsable()) {
                counters.add(Counter.DMA_ERROR, 1);
            }
        }
    }

    /** Guest memory has changed: addresses learned before are void. */
    public void memoryChanged() {
        if (running) {
            if (sending) {
                // The rest of a send whose buffers may have moved is lost, as on a link that drops frames. Its
                // descriptors are reported at the next poll: a quiesce point must not touch guest memory, it may be
                // gone.
                counters.add(Counter.DMA_ERROR, 1);
                sending = false;
                abandoned = true;
            }
            scannedTail = -1;
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
        forgetPacket();
        reported = false;
        contexts[0].clear();
        contexts[1].clear();
    }

    /** What has gone through the queue; any thread reads it. */
    public QueueCounters traffic() {
        return traffic;
    }

    /** Whether the driver has switched the queue on. */
    public boolean isRunning() {
        return running;
    }

    /** Stops the queue and forgets everything: ENABLE, head and tail read 0 afterwards. */
    public void reset() {
        release();
        final int stopped = QueueRegisters.CONTROL_ENABLE | QueueRegisters.CONTROL_SWFLUSH;
        registers.set(QueueRegisters.CONTROL_OFFSET, registers.get(QueueRegisters.CONTROL_OFFSET) & ~stopped);
        registers.set(QueueRegisters.TAIL_OFFSET, 0);
    }

    /**
     * Sends what the driver has handed over.
     *
     * @param budget        frames and contexts at the most.
     * @param vlanEtherType VET, what a VLAN tag starts with.
     * @param ignoreVle     whether the pool's policy (VMVIR) overrides the descriptors' VLE.
     * @param now           the agent's clock, nanoseconds.
     * @return how much was done; 0 when there was nothing to do.
     */
    public int poll(int budget, int vlanEtherType, boolean ignoreVle, long now, FrameSink sink) {
        final boolean held = heldUntil != NOT_HELD;
        heldUntil = NOT_HELD;
        if (!running || !ring.isUsable() || !settle()) {
            return 0;
        }
        final int tail = registers.tail();
        if (tail >= ring.entries() || (head == tail && !sending)) {
            return 0;
        }
        limiter.resume(now, held);
        int work = 0;
        if (abandoned) {
            abandoned = false;
            complete();
            ring.fetchAgain(head);
            work++;
        }
        boolean waiting = true;
        // The register again, and for each frame: a driver that has it mapped clears it without our being told.
        while (waiting && work < budget && registers.isEnableRequested()) {
            if (!sending && takeContext(tail)) {
                work++;
            } else if (!sending && !assemble(tail)) {
                waiting = false;
            } else if (!limiter.isDue(now)) {
                break;
            } else if (sending || begin(vlanEtherType, ignoreVle)) {
                work += sendNext(sink);
            } else {
                work++;
            }
        }
        if (waiting && (held || work < budget)) {
            heldUntil = limiter.nextLook();
        }
        publishCounters();
        publishHead();
        return work;
    }

    /** Whether a descriptor with RS was done since the last call: the queue's interrupt cause is to be raised. */
    public boolean takeReported() {
        final boolean result = reported;
        reported = false;
        return result;
    }

    /** Whether a descriptor has been fetched or comes now. */
    private boolean isFetched(int index, int tail) {
        return ring.distance(head, index) < ring.fetchedFrom(head) || ring.fetch(head, tail);
    }

    /** Brings to the guest what could not be written when it was due; false where that still fails. */
    private boolean settle() {
        if (ring.isBehind()) {
            if (!ring.flush(head)) {
                return false;
            }
            reported = true;
        }
        if (headReportDue) {
            reportHead();
            reported |= !headReportDue;
        }
        return !headReportDue;
    }

    /** Takes up the context descriptor at the head, if there is one: it is done as soon as it is read. */
    private boolean takeContext(int tail) {
        if (head == tail || !isFetched(head, tail)) {
            return false;
        }
        final long high = ring.high(head);
        if (!TransmitDescriptor.isContext(TransmitDescriptor.dword2(high))) {
            return false;
        }
        contexts[TransmitDescriptor.contextIndex(TransmitDescriptor.dword3(high))].set(ring.low(head), high);
        if (watch.wants(WatchKind.DESCRIPTOR)) {
            record(head, WatchRecord.TRANSMIT);
        }
        if ((TransmitDescriptor.dword2(high) & TransmitDescriptor.RS) != 0) {
            report(head);
        }
        head = ring.next(head);
        return true;
    }

    /** Collects the next packet; false where its last descriptor is not there yet. */
    private boolean assemble(int tail) {
        if (tail == scannedTail) {
            return false;
        }
        packet.clear();
        int index = head;
        while (index != tail) {
            if (!isFetched(index, tail)) {
                return false;
            }
            final long high = ring.high(index);
            final int next = ring.next(index);
            // A context inside a packet is an error of the driver and passed over.
            if (!TransmitDescriptor.isContext(TransmitDescriptor.dword2(high))) {
                packet.add(index, ring.low(index), high);
                if (packet.isComplete()) {
                    end = next;
                    if (watch.wants(WatchKind.DESCRIPTOR)) {
                        recordPacket();
                    }
                    return true;
                }
            }
            index = next;
        }
        if (!packet.isEmpty() && ring.distance(head, tail) == ring.entries() - 1) {
            // No more descriptors can come: what fills the ring without an end is discarded.
            end = tail;
            return true;
        }
        scannedTail = tail;
        return false;
    }

    /** Sends the next frame of the packet, if it has one left; returns how many were sent. */
    private int sendNext(FrameSink sink) {
        int sent = 0;
        // A queue whose rate is limited sends segment by segment.
        final LargeSend large = limiter.isLimiting() ? null : offload.offer(sink);
        if (large != null) {
            sent = large.segments();
            for (int segment = 0; segment < sent; segment++) {
                traffic.count(large.wireLength(segment));
            }
        } else if (offload.hasNext()) {
            final Frame frame = offload.next();
            traffic.count(frame.wireLength());
            sink.accept(frame);
            // Now it has the tag that the pool's policy may have given it.
            limiter.charge(frame.wireLength() + CRC_LENGTH);
            sent++;
        }
        if (!offload.hasNext()) {
            complete();
        }
        return sent;
    }

    /** Begins to send the packet collected; false where it cannot be sent and is done with. */
    private boolean begin(int vlanEtherType, boolean ignoreVle) {
        final TransmitContext context = contexts[TransmitDescriptor.contextIndex(packet.options())];
        sending = !discarding && packet.isEnded() && !packet.isFaulty()
            && offload.begin(packet, context, vlanEtherType, ignoreVle);
        if (sending) {
            if (offload.isSegmenting()) {
                counters.add(Counter.TSCTC, 1);
            }
            return true;
        }
        counters.add(Counter.DMA_ERROR, 1);
        complete();
        return false;
    }

    /** The packet's descriptors are done: reports those that ask for it, in order. */
    private void complete() {
        if (packet.reportCount() > 0) {
            publishCounters();
            for (int i = 0; i < packet.reportCount(); i++) {
                report(packet.report(i));
            }
        }
        discarding = !packet.isEnded();
        sending = false;
        head = end;
        scannedTail = -1;
    }

    private void report(int index) {
        if (headWriteBackAddress == 0) {
            ring.writeBackStatus(index, TransmitDescriptor.DD);
            if (watch.wants(WatchKind.DESCRIPTOR)) {
                record(index, WatchRecord.TRANSMIT | WatchRecord.WRITTEN_BACK);
            }
        }
        reported = true;
    }

    private void recordPacket() {
        for (int index = head; index != end; index = ring.next(index)) {
            record(index, WatchRecord.TRANSMIT);
        }
    }

    private void record(int index, int flags) {
        watch.descriptor(flags, number, index, ring.low(index), ring.high(index));
    }

    /** Before the driver learns that the frames are sent. */
    private void publishCounters() {
        counters.publish();
        traffic.publish();
    }

    private void publishHead() {
        registers.head(head);
        if (reported && headWriteBackAddress != 0) {
            reportHead();
        }
    }

    private void reportHead() {
        headReport.putInt(0, head);
        // Worth another try only where there is memory: an address that is wild will stay so.
        headReportDue = !dma.write(headWriteBackAddress, headReport, 0, Integer.BYTES)
            && dma.isMapped(headWriteBackAddress, Integer.BYTES);
    }

    private void forgetPacket() {
        packet.clear();
        sending = false;
        abandoned = false;
        discarding = false;
        headReportDue = false;
        scannedTail = -1;
    }
}
