package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.memory.GuestMemory;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.time.TimeSync;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What functions of one agent get of its time: as much each, whatever the number of their queues. */
@DisplayName("A PF that floods from sixteen queues")
class FairnessTest {
    private static final int QUEUES = 16;
    private static final int ENTRIES = 1024;
    private static final int RING_LENGTH = 16 * ENTRIES;
    private static final int FRAMES = 1000;
    private static final int FRAME_LENGTH = 60;
    private static final int FRAME_AT = QUEUES * RING_LENGTH;
    private static final long IOVA = 0x1_0000_0000L;
    private static final int BUDGET_OF_A_QUEUE = 64;

    private final Fabric fabric = new Fabric(wholePort().registers());
    private final InterruptState interrupts = new InterruptState();
    private final PoolCounters counters = new PoolCounters();
    private final QueueRegisters[] receive = registers();
    private final QueueRegisters[] transmit = registers();
    private final UnsafeBuffer ram =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(FRAME_AT + 4096, 4096));
    private final EngineAgent agent =
        new EngineAgent("agent", fabric, () -> 1_000_000_000L, new BackoffIdle(1), false, null);

    /** No VFs and no VMDq. */
    private static TestSwitch wholePort() {
        final TestSwitch port = new TestSwitch(0);
        port.vfs = 0;
        port.mrqc = 0;
        port.vfte = 0xFF;
        return port;
    }

    private static QueueRegisters[] registers() {
        final UnsafeBuffer page = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(QUEUES * QueueRegisters.BLOCK_LENGTH, 4096));
        final QueueRegisters[] all = new QueueRegisters[QUEUES];
        for (int queue = 0; queue < QUEUES; queue++) {
            all[queue] = new QueueRegisters(page, queue * QueueRegisters.BLOCK_LENGTH);
        }
        return all;
    }

    @BeforeEach
    void flood() {
        final PortInterrupts port =
            new PortInterrupts(new PortCauses(interrupts), VectorUnit.ofLegacyMode(interrupts));
        final PoolEngine pf = PoolEngine.ofPf(receive, transmit, interrupts, new VectorUnit(interrupts, 0, 10),
            counters, port, new TimeSync(() -> 0));
        fabric.add(pf);
        pf.home(agent, fabric.claims());
        agent.own(pf);
        final GuestMemory memory = pf.memory();
        memory.map(new MemoryRange(IOVA, ram.capacity(), ram.addressOffset(), true, true));
        ram.putBytes(FRAME_AT, Frames.broadcast(0, FRAME_LENGTH));
        for (int queue = 0; queue < QUEUES; queue++) {
            for (int i = 0; i < FRAMES; i++) {
                final int at = queue * RING_LENGTH + 16 * i;
                ram.putLong(at, IOVA + FRAME_AT);
                ram.putInt(at + 8, GuestModel.DATA | GuestModel.EOP | FRAME_LENGTH);
                ram.putInt(at + 12, FRAME_LENGTH << 14);
            }
            GuestModel.base(transmit[queue], IOVA + queue * RING_LENGTH);
            transmit[queue].set(QueueRegisters.LENGTH_OFFSET, RING_LENGTH);
            transmit[queue].set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
            transmit[queue].set(QueueRegisters.TAIL_OFFSET, FRAMES);
        }
        pf.own(0xFFFF);
        pf.busMaster(true);
    }

    private int head(int queue) {
        return transmit[queue].get(QueueRegisters.HEAD_OFFSET);
    }

    @Test
    @DisplayName("sends no more in a duty cycle than a VF's two queues may")
    void shareOfACycle() {
        long sent = 0;
        for (int cycle = 0; cycle < 50; cycle++) {
            agent.doWork();
            assertThat(counters.get(Counter.GPTC) - sent).isLessThanOrEqualTo(2L * BUDGET_OF_A_QUEUE);
            sent = counters.get(Counter.GPTC);
        }
        assertThat(sent).isGreaterThanOrEqualTo(48L * 2 * BUDGET_OF_A_QUEUE);
    }

    @Test
    @DisplayName("has its queues take turns, and sends all in the end")
    void turns() {
        for (int cycle = 0; cycle < 10; cycle++) {
            agent.doWork();
        }
        for (int queue = 0; queue < QUEUES; queue++) {
            assertThat(head(queue)).as("queue %d", queue).isBetween(BUDGET_OF_A_QUEUE, 2 * BUDGET_OF_A_QUEUE);
        }

        while (agent.doWork() > 0) {
            assertThat(counters.get(Counter.GPTC)).isLessThanOrEqualTo((long)QUEUES * FRAMES);
        }
        assertThat(counters.get(Counter.GPTC)).isEqualTo((long)QUEUES * FRAMES);
    }
}
