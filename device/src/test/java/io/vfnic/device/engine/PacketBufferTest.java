package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Frames that find no receive descriptor wait in the receive packet buffer unless DROP_EN or QDE says otherwise (82576
 * facts, sections 2.1 RXPBS, 2.7, 2.9 and 5).
 */
class PacketBufferTest {
    private static final int VFS = 3;
    /** Each VF has a share, and the PF. */
    private static final int SHARE = (64 << 10) / (VFS + 1);
    private static final int RXE = 1 << 31;

    private final TestEngine engine = TestEngine.running(VFS).with(s -> {
        s.qde = 0;
        s.vfs = VFS;
    });
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);
    private final GuestModel bystander = engine.guest(2);
    private final QueueRegisters queue = receiver.receive[0];

    @BeforeEach
    void leaveFramesWaiting() {
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET,
            queue.get(QueueRegisters.SPLIT_CONTROL_OFFSET) & ~QueueRegisters.SPLIT_CONTROL_DROP_ENABLE);
        queue.set(QueueRegisters.TAIL_OFFSET, 0);
    }

    private void handOver(int tail) {
        queue.set(QueueRegisters.TAIL_OFFSET, tail);
        receiver.pool.receiveTailMoved();
        engine.settle();
    }

    private void send(int... lengths) {
        for (int length : lengths) {
            sender.send(Frames.unicast(1, 0, length));
            engine.settle();
        }
    }

    private static List<Integer> lengths(List<Received> frames) {
        return frames.stream().map(frame -> frame.data().length).toList();
    }

    @Test
    @DisplayName("A frame without a descriptor waits for one: it is counted by RNBC, and well received later")
    void waits() {
        send(61);
        assertThat(receiver.receive[0].get(QueueRegisters.HEAD_OFFSET)).isZero();
        assertThat(receiver.count(Counter.GPRC)).isZero();
        assertThat(receiver.count(Counter.NO_BUFFER)).isEqualTo(1);
        receiver.raised[GuestModel.VECTOR_RX].set(0);

        handOver(1);

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.unicast(1, 0, 61));
        assertThat(receiver.raised(GuestModel.VECTOR_RX)).isEqualTo(1);
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(1);
        assertThat(receiver.count(Counter.GORC)).isEqualTo(65);
        assertThat(receiver.count(Counter.GPRLBC)).isEqualTo(1);
        assertThat(receiver.count(Counter.MISSED)).isZero();
        assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isZero();
        assertThat(queue.get(QueueRegisters.DROP_COUNT_OFFSET)).isZero();
    }

    @Test
    @DisplayName("Frames leave the buffer in their order, and those that come meanwhile do not overtake them")
    void order() {
        send(61, 62, 63);
        handOver(1);
        queue.set(QueueRegisters.TAIL_OFFSET, 3);
        send(64);
        handOver(10);
        send(65);

        assertThat(lengths(receiver.receive())).containsExactly(61, 62, 63, 64, 65);
    }

    @Test
    @DisplayName("A tail that moves without the agent's being told is seen at the next duty cycle")
    void mappedTail() {
        send(61);
        queue.set(QueueRegisters.TAIL_OFFSET, 1);

        engine.step();

        assertThat(receiver.receiveOne().data()).hasSize(61);
    }

    @Test
    @DisplayName("A function's share is bounded; what finds it full is missed (MPC), and other functions get theirs")
    void share() {
        final int room = SHARE / 64;
        for (int i = 0; i < room + 5; i++) {
            sender.send(Frames.broadcast(1, 60));
            engine.settle();
            assertThat(bystander.receive()).hasSize(1);
        }

        assertThat(receiver.count(Counter.NO_BUFFER)).isEqualTo(room + 5);
        assertThat(receiver.count(Counter.MISSED)).isEqualTo(5);
        assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isEqualTo(5);
        assertThat(bystander.count(Counter.NO_BUFFER)).isZero();
        int received = 0;
        queue.set(QueueRegisters.TAIL_OFFSET, GuestModel.RING_ENTRIES - 1);
        engine.settle();
        for (List<Received> some = receiver.receive(); !some.isEmpty(); some = receiver.receive()) {
            received += some.size();
            engine.settle();
        }
        assertThat(received).isEqualTo(room);
    }

    @Test
    @DisplayName("The buffer takes frames of any lengths again and again, and gives back what it took")
    void goesRound() {
        for (int round = 0; round < 40; round++) {
            final int[] lengths = IntStream.range(0, 8).map(i -> 60 + (i * 397 + 1) % 1400).toArray();
            queue.set(QueueRegisters.TAIL_OFFSET, queue.get(QueueRegisters.HEAD_OFFSET));
            send(lengths);
            handOver((queue.get(QueueRegisters.HEAD_OFFSET) + 3) % GuestModel.RING_ENTRIES);
            handOver((queue.get(QueueRegisters.HEAD_OFFSET) + 5) % GuestModel.RING_ENTRIES);

            final List<Received> frames = receiver.receive();
            assertThat(frames).hasSize(8);
            for (int i = 0; i < 8; i++) {
                assertThat(frames.get(i).data()).isEqualTo(Frames.unicast(1, 0, lengths[i]));
            }
        }
        assertThat(receiver.count(Counter.MISSED)).isZero();
    }

    @ParameterizedTest(name = "DROP_EN {0}, QDE {1}")
    @CsvSource({"true, 0", "false, 1", "true, 1"})
    @DisplayName("With DROP_EN or the queue's bit in QDE it is dropped at once and counted by the queue (RQDPC)")
    void dropped(boolean dropEnable, int qde) {
        engine.with(s -> s.qde = qde);
        if (dropEnable) {
            queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET,
                queue.get(QueueRegisters.SPLIT_CONTROL_OFFSET) | QueueRegisters.SPLIT_CONTROL_DROP_ENABLE);
        }
        send(61, 62);
        handOver(5);

        assertThat(receiver.receive()).isEmpty();
        assertThat(queue.get(QueueRegisters.DROP_COUNT_OFFSET)).isEqualTo(2);
        assertThat(receiver.count(Counter.NO_BUFFER)).isEqualTo(2);
        assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isEqualTo(2);
        assertThat(receiver.count(Counter.MISSED)).isZero();
    }

    @Test
    @DisplayName("What is known of a frame waits with it: tag, checksum status, packet type")
    void metadata() {
        engine.with(s -> {
            s.vlan(5, 7);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });
        final byte[] frame =
            Frames.between(1, 0, Packets.overIpv4(Packets.UDP, Packets.udp(100), Frames.data(100)));
        queue.set(QueueRegisters.TAIL_OFFSET, 1);
        sender.send(Frames.tagged(frame, 0x6005), Frames.tagged(frame, 0x6005), Frames.unicast(1, 0, 60));
        engine.settle();
        final Received atOnce = receiver.receiveOne();

        handOver(10);

        final List<Received> later = receiver.receive();
        assertThat(later.getFirst().data()).isEqualTo(atOnce.data()).isEqualTo(frame);
        assertThat(later.getFirst().vlan()).isEqualTo(atOnce.vlan()).isEqualTo(0x6005);
        assertThat(later.getFirst().status()).isEqualTo(atOnce.status());
        assertThat(later.getFirst().has(ReceiveChecksum.L4CS)).isTrue();
        assertThat(later.getFirst().type()).isEqualTo(atOnce.type());
        assertThat(later.get(1).status() & ReceiveChecksum.L4CS).isZero();
    }

    @Test
    @DisplayName("A tag that stays in the frame waits in it, and the sender's next frame is as it was")
    void tagInPlace() {
        engine.with(s -> s.vlan(5, 7));
        final byte[] frame = Frames.tagged(Frames.unicast(1, 0, 100), 5);

        sender.send(frame, frame);
        engine.settle();
        handOver(10);

        assertThat(receiver.receive()).extracting(Received::data).containsExactly(frame, frame);
    }

    @Test
    @DisplayName("A frame that needs more descriptors than the ring has is missed: those behind it get theirs")
    void neverFits() {
        engine.with(s -> s.maxFrame(0, 9728));
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        queue.set(QueueRegisters.LENGTH_OFFSET, 8 * 16);
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, GuestModel.ONE_BUFFER | 1);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        receiver.pool.queueControlChanged();
        engine.step();

        send(8000, 61);
        handOver(3);

        assertThat(receiver.count(Counter.MISSED)).isEqualTo(1);
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(1);
        assertThat(queue.get(QueueRegisters.HEAD_OFFSET)).isEqualTo(1);
    }

    @Test
    @DisplayName("A reset, or the queue's end, empties the buffer: what has waited for that queue is lost and counted")
    void emptied() {
        send(61, 62);
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        receiver.startReceive(GuestModel.ONE_BUFFER);
        engine.settle();
        assertThat(receiver.receive()).isEmpty();
        assertThat(receiver.count(Counter.MISSED)).isEqualTo(2);

        leaveFramesWaiting();
        send(63);
        receiver.pool.resetQueues();
        engine.settle();
        receiver.start();
        engine.settle();
        assertThat(receiver.receive()).isEmpty();

        send(64);
        assertThat(receiver.receiveOne().data()).hasSize(64);
        assertThat(receiver.count(Counter.MISSED)).isEqualTo(3);
    }

    @Test
    @DisplayName("Frames wait through a change of guest memory, and a buffer that is gone costs one of them")
    void memoryChanges() {
        send(61, 62);
        receiver.ram.putLong(GuestModel.RX_RING, -1L);
        receiver.unmap(0, GuestModel.RAM_LENGTH);
        engine.settle();
        receiver.mapAll();
        receiver.pool.quiesce();
        engine.settle();

        handOver(5);

        assertThat(receiver.receive()).extracting(frame -> frame.has(RXE)).containsExactly(true, false);
        assertThat(receiver.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(1);
    }

    @Test
    @DisplayName("Holding frames and giving them allocates nothing once the buffer is there")
    void allocatesNothing() {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final int warmUp = 3000;
        final int measured = 2000;
        for (int i = 0; i < GuestModel.RING_ENTRIES; i++) {
            sender.postData(Frames.unicast(1, 0, 200), GuestModel.EOP, 0);
        }
        long before = 0;
        for (int round = 0; round < warmUp + measured; round++) {
            if (round == warmUp) {
                before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
            }
            sender.transmit[0].set(QueueRegisters.TAIL_OFFSET, (round + 1) * 8 % GuestModel.RING_ENTRIES);
            engine.agents.getFirst().doWork();
            for (int i = 0; i < 8; i++) {
                receiver.refill((round * 8 + i) % GuestModel.RING_ENTRIES);
            }
            queue.set(QueueRegisters.TAIL_OFFSET, (round + 1) * 8 % GuestModel.RING_ENTRIES);
            engine.agents.getFirst().doWork();
        }
        final long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;

        assertThat(receiver.count(Counter.NO_BUFFER)).isEqualTo(8L * (warmUp + measured));
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(8L * (warmUp + measured));
        assertThat(allocated).isLessThan(2L * measured);
    }
}
