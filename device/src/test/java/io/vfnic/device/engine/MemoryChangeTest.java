package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.Reference;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.MemoryRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.atomic.AtomicInteger;

/** Guest memory in pieces, memory that comes and goes, resets: what a session may rely on once the port is quiet. */
class MemoryChangeTest {
    private final TestEngine engine = TestEngine.idle(3);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);

    private void start(GuestModel guest) {
        guest.connect();
        guest.pool.busMaster(true);
        guest.start();
        engine.step();
    }

    /** Maps a guest's memory in two ranges. */
    private void startSplit(GuestModel guest, int at) {
        guest.map(0, at);
        guest.map(at, GuestModel.RAM_LENGTH - at);
        start(guest);
    }

    private void startWhole(GuestModel guest) {
        guest.mapAll();
        start(guest);
    }

    private void exchange(int rounds) {
        for (int i = 0; i < rounds; i++) {
            final byte[] there = Frames.unicast(1, 0, 60 + 7 * i);
            final byte[] back = Frames.unicast(0, 1, 61 + 7 * i);
            sender.send(there);
            receiver.send(back);
            engine.settle();
            assertThat(receiver.receiveOne().data()).isEqualTo(there);
            assertThat(sender.receiveOne().data()).isEqualTo(back);
        }
        assertThat(sender.isDone((rounds - 1) % GuestModel.RING_ENTRIES)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {GuestModel.TX_RING + 0x400, GuestModel.TX_RING + 0x408, GuestModel.RX_RING + 16,
        GuestModel.RX_RING + 0x40C, GuestModel.RX_RING + GuestModel.RING_LENGTH - 1})
    @DisplayName("Rings that lie across two ranges of memory work, over many wraps")
    void ringAcrossRanges(int at) {
        startSplit(sender, at);
        startSplit(receiver, at);

        exchange(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 14, 59, 60, 128, 1000, 2047})
    @DisplayName("Buffers that lie across two ranges are filled and read")
    void bufferAcrossRanges(int offset) {
        startSplit(sender, GuestModel.TX_BUFFERS + offset);
        startSplit(receiver, GuestModel.bufferOf(0) + offset);
        final byte[] frame = Frames.unicast(1, 0, 1514);

        sender.send(frame);
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
    }

    @Test
    @DisplayName("A header buffer across two ranges is filled")
    void headerBufferAcrossRanges() {
        startWhole(sender);
        startSplit(receiver, GuestModel.HEADER_BUFFERS + 50);
        receiver.receive[0].set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        receiver.startReceive(GuestModel.SPLIT_ALWAYS);
        engine.step();
        final byte[] frame = Frames.unicast(1, 0, 500);

        sender.send(frame);
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
    }

    @Test
    @DisplayName("A buffer across a range and a hole is an error, not a fault")
    void bufferAcrossHole() {
        startWhole(receiver);
        sender.map(0, GuestModel.TX_BUFFERS + 100);
        start(sender);

        sender.send(Frames.unicast(1, 0, 101));
        engine.settle();

        assertThat(sender.isDone(0)).isTrue();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(receiver.receive()).isEmpty();
    }

    @Test
    @DisplayName("The device writes into no range that is read-only, and reads from none that is write-only")
    void accessRights() {
        startWhole(sender);
        receiver.map(0, GuestModel.RX_BUFFERS);
        receiver.pool.memory().map(new MemoryRange(GuestModel.IOVA + GuestModel.RX_BUFFERS,
            GuestModel.RAM_LENGTH - GuestModel.RX_BUFFERS, receiver.ram.addressOffset() + GuestModel.RX_BUFFERS,
                true, false));
        start(receiver);

        sender.send(Frames.unicast(1, 0, 60));
        engine.settle();

        assertThat(receiver.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(receiver.bytes(GuestModel.RX_BUFFERS, 4096)).containsOnly(0);
    }

    @Test
    @DisplayName("Memory that is unmapped under traffic is not touched once the port is quiet; mapped "
        + "again, traffic goes on")
    void unmapUnderTraffic() {
        startWhole(sender);
        startWhole(receiver);
        exchange(3);
        sender.send(Frames.unicast(1, 0, 60));

        receiver.unmap(0, GuestModel.RAM_LENGTH);
        assertThat(receiver.pool.isQuiet()).isFalse();
        engine.step();
        assertThat(receiver.pool.isQuiet()).isTrue();
        final byte[] before = receiver.bytes(0, GuestModel.RAM_LENGTH);
        sender.send(Frames.unicast(1, 0, 60));
        engine.settle();
        assertThat(receiver.bytes(0, GuestModel.RAM_LENGTH)).isEqualTo(before);
        assertThat(sender.isDone(4)).isTrue();

        receiver.mapAll();
        receiver.pool.quiesce();
        engine.settle();
        sender.send(Frames.unicast(1, 0, 99));
        engine.settle();

        assertThat(receiver.receive().getLast().data()).hasSize(99);
    }

    @Test
    @DisplayName("Memory mapped anew at another place in this process is found there")
    void remapElsewhere() {
        startWhole(sender);
        startWhole(receiver);
        exchange(2);
        final GuestModel twin = new GuestModel(0, engine.interrupts, GuestModel.newRam());
        twin.ram.putBytes(0, receiver.ram, 0, GuestModel.RAM_LENGTH);

        receiver.unmap(0, GuestModel.RAM_LENGTH);
        receiver.pool.memory().map(new MemoryRange(
            GuestModel.IOVA, GuestModel.RAM_LENGTH, twin.ram.addressOffset(), true, true));
        engine.step();
        sender.send(Frames.unicast(1, 0, 99));
        engine.settle();

        assertThat(twin.descriptorHigh(2) & 3).isEqualTo(3);
        assertThat(receiver.descriptorHigh(2) & 3).isZero();
    }

    @Test
    @DisplayName("A large send under way when memory changes is given up: nothing of it is read afterwards, "
        + "but it is done")
    void unmapWhileSegmenting() {
        startWhole(receiver);
        startWhole(sender);
        final byte[] headers = Frames.between(1, 0,
            Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        sender.postContext(0, 14, 20, 20, GuestModel.TCP, 10, 0);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, GuestModel.TXSM);
        final int last = sender.post(
            sender.put(new byte[5000]), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 5000, 0);
        sender.ring();
        engine.step();
        final long sent = sender.count(Counter.GPTC);
        assertThat(sent).isPositive();

        sender.unmap(0, GuestModel.RAM_LENGTH);
        engine.step();
        assertThat(sender.pool.isQuiet()).isTrue();
        engine.settle();
        assertThat(sender.count(Counter.GPTC)).isEqualTo(sent);
        assertThat(sender.isDone(last)).as("the unmapped ring is not written").isFalse();

        sender.mapAll();
        sender.pool.quiesce();
        engine.settle();
        assertThat(sender.isDone(last)).isTrue();
        assertThat(sender.count(Counter.GPTC)).isEqualTo(sent);
        sender.send(Frames.unicast(1, 0, 99));
        engine.settle();
        assertThat(receiver.receive().getLast().data()).hasSize(99);
    }

    @Test
    @DisplayName("A queue that is enabled before its memory is mapped runs when that has come")
    void mapAfterEnable() {
        startWhole(sender);
        start(receiver);
        assertThat(receiver.count(Counter.DMA_ERROR)).isEqualTo(2);

        receiver.mapAll();
        receiver.pool.quiesce();
        engine.settle();

        exchange(1);
    }

    @Test
    @DisplayName("A reset stops the queues; ENABLE, heads and tails read 0; frames that wait are forgotten")
    void reset() {
        startWhole(sender);
        startWhole(receiver);
        exchange(3);
        sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP | GuestModel.RS, 0);
        sender.transmit[0].set(QueueRegisters.TAIL_OFFSET, 4);

        sender.pool.resetQueues();
        engine.settle();

        assertThat(sender.pool.isQuiet()).isTrue();
        for (QueueRegisters queue : new QueueRegisters[] {sender.transmit[0], sender.receive[0]}) {
            assertThat(queue.get(QueueRegisters.CONTROL_OFFSET) & GuestModel.ENABLE).isZero();
            assertThat(queue.get(QueueRegisters.HEAD_OFFSET)).isZero();
            assertThat(queue.tail()).isZero();
        }
        assertThat(receiver.receive()).isEmpty();
        receiver.send(Frames.unicast(0, 1, 60));
        engine.settle();
        assertThat(sender.receive()).isEmpty();

        sender.start();
        engine.step();
        exchange(1);
    }

    @Test
    @DisplayName("A reset forgets the contexts of the driver before")
    void resetForgetsContexts() {
        engine.with(s -> s.dtxswc &= ~0xFF);
        startWhole(sender);
        startWhole(receiver);
        sender.postContext(0, 14, 20, 0, GuestModel.TCP, 0, 0);
        sender.ring();
        engine.settle();

        sender.pool.resetQueues();
        engine.settle();
        sender.start();
        engine.step();
        sender.postData(Frames.unicast(1, 0, 100), GuestModel.EOP | GuestModel.RS, GuestModel.TXSM);
        sender.ring();
        engine.settle();

        final byte[] expected = Frames.unicast(1, 0, 100);
        final int sum = Reference.sum(expected, 0, 100);
        Packets.put(expected, 6, ~sum);
        assertThat(receiver.receiveOne().data()).as("MACLEN and IPLEN 0, UDP").isEqualTo(expected);
    }

    @Test
    @DisplayName("whenQuiet calls back once, at once where nothing is under way and else when the agent has let go")
    void whenQuiet() {
        startWhole(sender);
        final AtomicInteger calls = new AtomicInteger();
        sender.pool.whenQuiet(calls::incrementAndGet);
        assertThat(calls).hasValue(1);

        sender.pool.quiesce();
        sender.pool.quiesce();
        sender.pool.whenQuiet(calls::incrementAndGet);
        assertThat(calls).hasValue(1);
        engine.step();

        assertThat(calls).hasValue(2);
        engine.settle();
        assertThat(calls).hasValue(2);
    }

    @Test
    @DisplayName("A client that leaves and another one that comes: nothing of the first is left")
    void nextClient() {
        startWhole(sender);
        startWhole(receiver);
        exchange(2);

        sender.detach();
        engine.settle();
        assertThat(sender.pool.isQuiet()).isTrue();
        receiver.send(Frames.unicast(0, 1, 60));
        engine.settle();
        startWhole(sender);

        exchange(2);
    }
}
