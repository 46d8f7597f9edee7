package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a transmit ring is walked and its descriptors are reported (82576 facts, sections 2.7 and 4). */
class TransmitRingTest {
    private final TestEngine engine = TestEngine.running(2);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);
    private final QueueRegisters queue = sender.transmit[0];

    private void restart() {
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        sender.pool.queueControlChanged();
        engine.step();
        sender.startTransmit(0);
        engine.step();
    }

    @Test
    @DisplayName("Only descriptors with RS are written back, with nothing but DD in their last dword")
    void reportStatus() {
        final int quiet = sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP, 0);
        final int reported = sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP | GuestModel.RS, 0);
        sender.ring();
        engine.settle();

        assertThat(sender.isDone(quiet)).isFalse();
        assertThat(sender.ram.getInt(GuestModel.TX_RING + quiet * 16 + 12)).isEqualTo(60 << 14);
        assertThat(sender.ram.getInt(GuestModel.TX_RING + reported * 16 + 12)).isEqualTo(1);
        assertThat(sender.transmitHead()).isEqualTo(2);
    }

    @Test
    @DisplayName("Every descriptor of a packet that has RS is written back, not only the last")
    void reportOnMany() {
        final byte[] frame = Frames.unicast(1, 0, 90);
        final long at = sender.put(frame);
        sender.post(at, GuestModel.DATA | GuestModel.RS | 30, 0);
        sender.post(at + 30, GuestModel.DATA | 30, 0);
        sender.post(at + 60, GuestModel.DATA | GuestModel.RS | GuestModel.EOP | 30, 0);
        sender.ring();
        engine.settle();

        assertThat(sender.isDone(0)).isTrue();
        assertThat(sender.isDone(1)).isFalse();
        assertThat(sender.isDone(2)).isTrue();
        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
    }

    @Test
    @DisplayName("With head write-back (TDWBAL bit 0) the head is written instead of DD")
    void headWriteBack() {
        queue.set(QueueRegisters.HEAD_WRITE_BACK_LOW_OFFSET, (int)(GuestModel.IOVA + GuestModel.HEAD_REPORT) | 1);
        queue.set(QueueRegisters.HEAD_WRITE_BACK_HIGH_OFFSET, (int)(GuestModel.IOVA >>> 32));
        restart();

        sender.send(Frames.unicast(1, 0, 60), Frames.unicast(1, 0, 60));
        engine.settle();
        assertThat(sender.ram.getInt(GuestModel.HEAD_REPORT)).isEqualTo(2);
        assertThat(sender.isDone(0)).isFalse();

        sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP, 0);
        sender.ring();
        engine.settle();
        assertThat(sender.ram.getInt(GuestModel.HEAD_REPORT)).as("no RS, no report").isEqualTo(2);
        assertThat(sender.transmitHead()).isEqualTo(3);
    }

    @Test
    @DisplayName("A wild head write-back address hurts nothing but the reports")
    void wildHeadWriteBack() {
        queue.set(QueueRegisters.HEAD_WRITE_BACK_LOW_OFFSET, 0xFFFF_FFFC | 1);
        queue.set(QueueRegisters.HEAD_WRITE_BACK_HIGH_OFFSET, -1);
        restart();

        for (int i = 0; i < 3; i++) {
            sender.send(Frames.unicast(1, 0, 60));
            engine.settle();
        }

        assertThat(receiver.receive()).hasSize(3);
    }

    @Test
    @DisplayName("A packet is not taken up before its last descriptor is there")
    void laterEnd() {
        final byte[] frame = Frames.unicast(1, 0, 90);
        final long at = sender.put(frame);
        sender.post(at, GuestModel.DATA | GuestModel.RS | 30, 0);
        sender.ring();
        engine.settle();
        sender.post(at + 30, GuestModel.DATA | 30, 0);
        sender.ring();
        engine.settle();
        assertThat(sender.transmitHead()).isZero();
        assertThat(sender.isDone(0)).isFalse();
        assertThat(receiver.receive()).isEmpty();

        sender.post(at + 60, GuestModel.DATA | GuestModel.EOP | 30, 0);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
        assertThat(sender.isDone(0)).isTrue();
        assertThat(sender.transmitHead()).isEqualTo(3);
    }

    @Test
    @DisplayName("An endless packet is discarded up to its end, and what follows is sent")
    void endlessPacket() {
        final long at = sender.put(new byte[64]);
        for (int i = 0; i < 5 * GuestModel.RING_ENTRIES; i++) {
            sender.post(at, GuestModel.DATA | 1 | (i % 100 == 0 ? GuestModel.RS : 0), 0);
            if (i % (GuestModel.RING_ENTRIES - 1) == GuestModel.RING_ENTRIES - 2) {
                sender.ring();
                engine.settle();
            }
        }
        sender.post(at, GuestModel.DATA | GuestModel.EOP | 1, 0);
        final int last = sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP | GuestModel.RS, 0);
        sender.ring();
        engine.settle();

        assertThat(sender.isDone(last)).isTrue();
        assertThat(receiver.receiveOne().data()).hasSize(60);
        assertThat(sender.count(Counter.GPTC)).isEqualTo(1);
        assertThat(sender.count(Counter.DMA_ERROR)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, GuestModel.IOVA - 1, GuestModel.IOVA - 50,
        GuestModel.IOVA + GuestModel.RAM_LENGTH - 50,
        GuestModel.IOVA + GuestModel.RAM_LENGTH, -1L, -100L, Long.MAX_VALUE, Long.MIN_VALUE})
    @DisplayName("A packet with a buffer outside of guest memory is not sent but is done; the next one is sent")
    void wildBuffer(long iova) {
        final int wild = sender.post(iova, GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 100, 0);
        sender.send(Frames.unicast(1, 0, 60));
        engine.settle();

        assertThat(sender.isDone(wild)).isTrue();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(receiver.receiveOne().data()).hasSize(60);
    }

    @Test
    @DisplayName("A packet whose second buffer is outside of guest memory is not sent either")
    void wildSecondBuffer() {
        sender.post(sender.put(Frames.unicast(1, 0, 60)), GuestModel.DATA | 60, 0);
        sender.post(0, GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 60, 0);
        sender.ring();
        engine.settle();

        assertThat(sender.isDone(1)).isTrue();
        assertThat(receiver.receive()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, GuestModel.IOVA - 128, GuestModel.IOVA + GuestModel.RAM_LENGTH - 128, -128,
        Long.MIN_VALUE})
    @DisplayName("A ring outside of guest memory does nothing, and the queue works when it is set up again")
    void wildRing(long iova) {
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        sender.pool.queueControlChanged();
        engine.step();
        GuestModel.base(queue, iova);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        queue.set(QueueRegisters.TAIL_OFFSET, 5);
        sender.pool.queueControlChanged();
        engine.settle();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(sender.transmitHead()).isZero();

        restart();
        sender.send(Frames.unicast(1, 0, 60));
        engine.settle();

        assertThat(receiver.receive()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {GuestModel.RING_ENTRIES, GuestModel.RING_ENTRIES + 1, 0x7FFF, 0xFFFF, -1})
    @DisplayName("A tail outside of the ring is ignored until it is right again")
    void wildTail(int tail) {
        sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP | GuestModel.RS, 0);
        queue.set(QueueRegisters.TAIL_OFFSET, tail);
        engine.settle();
        assertThat(sender.isDone(0)).isFalse();

        sender.ring();
        engine.settle();

        assertThat(sender.isDone(0)).isTrue();
        assertThat(receiver.receive()).hasSize(1);
    }

    @Test
    @DisplayName("A tail moved backwards over old descriptors sends them again and harms nobody")
    void tailBackwards() {
        sender.send(Frames.unicast(1, 0, 60), Frames.unicast(1, 0, 61), Frames.unicast(1, 0, 62));
        engine.settle();
        receiver.receive();

        queue.set(QueueRegisters.TAIL_OFFSET, 1);
        engine.settle();

        assertThat(sender.transmitHead()).isEqualTo(1);
    }

    @Test
    @DisplayName("A ring of length 0 has no descriptors")
    void emptyRing() {
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        sender.pool.queueControlChanged();
        engine.step();
        queue.set(QueueRegisters.LENGTH_OFFSET, 0x7F);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        sender.pool.queueControlChanged();
        queue.set(QueueRegisters.TAIL_OFFSET, 0);
        engine.settle();

        assertThat(sender.transmitHead()).isZero();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
    }

    @Test
    @DisplayName("A queue that is disabled stops, and starts again at descriptor 0")
    void restartAtZero() {
        sender.send(Frames.unicast(1, 0, 60), Frames.unicast(1, 0, 61));
        engine.settle();
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        sender.pool.queueControlChanged();
        engine.step();
        sender.postData(Frames.unicast(1, 0, 62), GuestModel.EOP | GuestModel.RS, 0);
        sender.ring();
        engine.settle();
        assertThat(receiver.receive()).extracting(f -> f.data().length).containsExactly(60, 61);

        sender.startTransmit(0);
        engine.step();
        assertThat(sender.transmitHead()).isZero();
        sender.send(Frames.unicast(1, 0, 63));
        engine.settle();

        assertThat(sender.isDone(0)).isTrue();
        assertThat(receiver.receiveOne().data()).hasSize(63);
    }

    @Test
    @DisplayName("Disabling a queue in the middle of a large send ends it, and the next start knows nothing of it")
    void disableWhileSegmenting() {
        final byte[] headers = Frames.between(1, 0, Packets.overIpv4(
            Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        sender.postContext(0, 14, 20, 20, GuestModel.TCP, 10, 0);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, GuestModel.TXSM);
        sender.post(sender.put(new byte[5000]), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 5000, 0);
        sender.ring();
        engine.step();
        receiver.receive();

        restart();
        sender.send(Frames.unicast(1, 0, 77));
        engine.settle();

        assertThat(receiver.receiveOne().data()).hasSize(77);
        assertThat(sender.isDone(2)).isFalse();
    }

    @Test
    @DisplayName("Legacy descriptors are sent and reported as advanced ones are")
    void legacy() {
        final byte[] frame = Frames.unicast(1, 0, 200);
        final long at = sender.put(frame);
        sender.post(at, 100 | GuestModel.IFCS, 0);
        sender.post(at + 100, 100 | GuestModel.IFCS | GuestModel.EOP | GuestModel.RS, 0);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
        assertThat(sender.isDone(1)).isTrue();
        assertThat(sender.raised(GuestModel.VECTOR_TX)).isEqualTo(1);
    }
}
