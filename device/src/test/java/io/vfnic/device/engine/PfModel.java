package io.vfnic.device.engine;

import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.time.TimeSync;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A guest with the PF beside the VFs of a {@link TestEngine}: sixteen queue pairs of sixteen descriptors each. */
final class PfModel {
    static final int QUEUES = 16;
    static final int ENTRIES = 16;

    private static final int RAM_LENGTH = 1 << 21;
    private static final long IOVA = 0x1_0000_0000L;
    private static final int RING_LENGTH = ENTRIES * 16;
    private static final int RX_RINGS = 0x1000;
    private static final int TX_RINGS = 0x3000;
    private static final int HEADERS = 0x1_0000;
    private static final int HEADER_LENGTH = 128;
    private static final int RX_BUFFERS = 0x2_0000;
    private static final int TX_BUFFERS = 0x12_0000;
    private static final int BUFFER_LENGTH = 2048;
    private static final int ALL_QUEUES = 0xFFFF;

    final TestEngine engine;
    final UnsafeBuffer ram = new UnsafeBuffer(ByteBuffer.allocateDirect(RAM_LENGTH));
    final QueueRegisters[] receive = queues();
    final QueueRegisters[] transmit = queues();
    final PoolCounters counters = new PoolCounters();
    final PortCauses causes;
    final TimeSync time;
    final VectorUnit vectors;
    final PoolEngine pool;
    private final int[] taken = new int[QUEUES];
    private final int[] sent = new int[QUEUES];

    /** Joins the engine, whose first agent runs it, with the queues that its VFs do not have. */
    PfModel(TestEngine engine) {
        this.engine = engine;
        causes = new PortCauses(engine.interrupts);
        time = new TimeSync(() -> engine.now);
        vectors = new VectorUnit(engine.interrupts, 0, 10);
        pool = PoolEngine.ofPf(receive, transmit, engine.interrupts, vectors, counters,
            new PortInterrupts(causes, VectorUnit.ofLegacyMode(engine.interrupts)), time);
        engine.fabric.add(pool);
        pool.home(engine.agents.getFirst(), engine.fabric.claims());
        engine.agents.getFirst().own(pool);
        pool.memory().map(new MemoryRange(IOVA, RAM_LENGTH, ram.addressOffset(), true, true));
        pool.busMaster(true);
        int mine = ALL_QUEUES;
        for (GuestModel vf : engine.guests) {
            mine &= ~(0x0101 << vf.vf);
        }
        pool.own(mine);
        engine.settle();
    }

    private static QueueRegisters[] queues() {
        final QueueRegisters[] all = new QueueRegisters[QUEUES];
        final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(QUEUES * QueueRegisters.BLOCK_LENGTH));
        for (int queue = 0; queue < QUEUES; queue++) {
            all[queue] = new QueueRegisters(memory, queue * QueueRegisters.BLOCK_LENGTH);
        }
        return all;
    }

    /** Starts a receive queue with all but one descriptor handed over. */
    PfModel startReceive(int queue, int descriptorType) {
        final QueueRegisters q = receive[queue];
        ring(q, RX_RINGS + queue * RING_LENGTH);
        q.set(QueueRegisters.SPLIT_CONTROL_OFFSET, descriptorType | HEADER_LENGTH << 2 | BUFFER_LENGTH >> 10);
        for (int i = 0; i < ENTRIES; i++) {
            final int at = RX_RINGS + queue * RING_LENGTH + i * 16;
            ram.putLong(at, IOVA + buffer(queue, i));
            ram.putLong(at + 8, descriptorType == 0 ? 0 : IOVA + header(queue, i));
        }
        q.set(QueueRegisters.CONTROL_OFFSET, QueueRegisters.CONTROL_ENABLE);
        pool.queueControlChanged();
        engine.settle();
        q.set(QueueRegisters.TAIL_OFFSET, ENTRIES - 1);
        taken[queue] = 0;
        return this;
    }

    PfModel startTransmit(int queue) {
        final QueueRegisters q = transmit[queue];
        ring(q, TX_RINGS + queue * RING_LENGTH);
        q.set(QueueRegisters.CONTROL_OFFSET, QueueRegisters.CONTROL_ENABLE);
        pool.queueControlChanged();
        engine.settle();
        sent[queue] = 0;
        return this;
    }

    private static void ring(QueueRegisters q, int offset) {
        q.set(QueueRegisters.CONTROL_OFFSET, 0);
        GuestModel.base(q, IOVA + offset);
        q.set(QueueRegisters.LENGTH_OFFSET, RING_LENGTH);
        q.set(QueueRegisters.TAIL_OFFSET, 0);
    }

    /** Sends a frame with one descriptor and waits until there is nothing to do. */
    void send(int queue, byte[] frame, int dword2, int dword3) {
        final int at = TX_RINGS + queue * RING_LENGTH + sent[queue] * 16;
        ram.putBytes(TX_BUFFERS + queue * BUFFER_LENGTH, frame);
        ram.putLong(at, IOVA + TX_BUFFERS + queue * BUFFER_LENGTH);
        ram.putInt(at + 8, dword2 | frame.length);
        ram.putInt(at + 12, dword3);
        advance(queue);
        engine.settle();
    }

    /** Sends a frame as it is with an advanced descriptor. */
    void send(int queue, byte[] frame) {
        send(queue, frame, GuestModel.DATA | GuestModel.EOP | GuestModel.RS, frame.length << 14);
    }

    /** Sends a frame as it is with a legacy descriptor. */
    void sendLegacy(int queue, byte[] frame, int commands, int dword3) {
        send(queue, frame, GuestModel.EOP | GuestModel.RS | GuestModel.IFCS | commands, dword3);
    }

    private void advance(int queue) {
        sent[queue] = (sent[queue] + 1) % ENTRIES;
        transmit[queue].set(QueueRegisters.TAIL_OFFSET, sent[queue]);
        pool.doorbell();
    }

    /** dword 3 of the transmit descriptor before the tail: its status. */
    int lastStatus(int queue) {
        return ram.getInt(TX_RINGS + queue * RING_LENGTH + (sent[queue] + ENTRIES - 1) % ENTRIES * 16 + 12);
    }

    /** A descriptor that was written back. */
    record WrittenBack(int dword0, int dword1, int dword2, int dword3, byte[] header, byte[] packet) {
        boolean has(int bits) {
            return (dword2 & bits) == bits;
        }

        int length() {
            return dword3 & 0xFFFF;
        }
    }

    /** The descriptors of a queue that were written back since the last call, in the advanced format. */
    List<WrittenBack> take(int queue) {
        final List<WrittenBack> result = new ArrayList<>();
        while (taken[queue] < ENTRIES) {
            final int i = taken[queue];
            final int at = RX_RINGS + queue * RING_LENGTH + i * 16;
            if ((ram.getInt(at + 8) & 1) == 0) {
                break;
            }
            final int length = ram.getInt(at + 12) & 0xFFFF;
            result.add(new WrittenBack(ram.getInt(at), ram.getInt(at + 4), ram.getInt(at + 8), ram.getInt(at + 12),
                bytes(header(queue, i), HEADER_LENGTH), bytes(buffer(queue, i), Math.min(length, BUFFER_LENGTH))));
            taken[queue]++;
        }
        return result;
    }

    WrittenBack takeOne(int queue) {
        final List<WrittenBack> all = take(queue);
        if (all.size() != 1) {
            throw new AssertionError("expected one descriptor on queue " + queue + ", got " + all.size());
        }
        return all.getFirst();
    }

    /** The first quad word and the second of a receive descriptor. */
    long[] descriptor(int queue, int index) {
        final int at = RX_RINGS + queue * RING_LENGTH + index * 16;
        return new long[] {ram.getLong(at), ram.getLong(at + 8)};
    }

    byte[] buffer(int queue, int index, int length) {
        return bytes(buffer(queue, index), length);
    }

    private byte[] bytes(int offset, int length) {
        final byte[] copy = new byte[length];
        ram.getBytes(offset, copy);
        return copy;
    }

    private static int buffer(int queue, int index) {
        return RX_BUFFERS + (queue * ENTRIES + index) * BUFFER_LENGTH;
    }

    private static int header(int queue, int index) {
        return HEADERS + (queue * ENTRIES + index) * HEADER_LENGTH;
    }
}
