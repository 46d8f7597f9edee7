package io.vfnic.bench.jmh;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import io.vfnic.device.memory.DmaView;
import io.vfnic.device.memory.GuestMemory;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.ring.TransmitQueue;
import io.vfnic.device.spi.MemoryRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A frame's way from its transmit descriptor to the switch: fetched, parsed, gathered, written back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TransmitRingBench {
    private static final int BATCH = 32;
    private static final int ENTRIES = 512;
    private static final int DESCRIPTOR = 16;
    private static final int PAGE = 4096;
    private static final int BUFFERS = ENTRIES * DESCRIPTOR;
    private static final int BUFFER = 2048;
    private static final int FRAME = 60;
    private static final int MEMORY = BUFFERS + ENTRIES * BUFFER;
    private static final long IOVA = 0x1_0000_0000L;
    private static final int ADVANCED_DATA = 1 << 29 | 3 << 20 | 1 << 25 | 1 << 24;
    private static final int REPORT_STATUS = 1 << 27;
    private static final int VLAN_ETHER_TYPE = 0x8100;

    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(MEMORY + PAGE));
    private final UnsafeBuffer page = new UnsafeBuffer(ByteBuffer.allocateDirect(PAGE));
    private final QueueRegisters registers = new QueueRegisters(page, 0);
    private TransmitQueue queue;
    private int next;
    private int bytes;

    /** Starts a queue on a ring whose every 32nd descriptor asks for its status. */
    @Setup
    public void start() {
        GuestMemory guest = new GuestMemory();
        guest.map(new MemoryRange(IOVA, MEMORY, memory.addressOffset(), true, true));
        DmaView dma = new DmaView(guest);
        dma.refresh();
        queue = new TransmitQueue(registers, dma, new PoolCounters());
        registers.set(QueueRegisters.BASE_LOW_OFFSET, (int)IOVA);
        registers.set(QueueRegisters.BASE_HIGH_OFFSET, (int)(IOVA >>> Integer.SIZE));
        registers.set(QueueRegisters.LENGTH_OFFSET, ENTRIES * DESCRIPTOR);
        registers.set(QueueRegisters.CONTROL_OFFSET, QueueRegisters.CONTROL_ENABLE);
        queue.followEnable();
    }

    /** A batch, from the driver's writing of the descriptors on. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int frame() {
        for (int i = 0; i < BATCH; i++) {
            final int at = next * DESCRIPTOR;
            final int report = i == BATCH - 1 ? REPORT_STATUS : 0;
            memory.putLong(at, IOVA + BUFFERS + (long)next * BUFFER);
            memory.putInt(at + 8, ADVANCED_DATA | report | FRAME);
            memory.putInt(at + 12, FRAME << 14);
            next = next + 1 == ENTRIES ? 0 : next + 1;
        }
        registers.set(QueueRegisters.TAIL_OFFSET, next);
        bytes = 0;
        queue.poll(BATCH, VLAN_ETHER_TYPE, false, 0, this::take);
        if (bytes != BATCH * FRAME) {
            throw new IllegalStateException(bytes + " bytes were sent");
        }
        return bytes;
    }

    private void take(Frame frame) {
        bytes += frame.view().length();
    }
}
