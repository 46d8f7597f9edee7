package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.ring.ReceiveStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How frames are put into receive buffers and descriptors written back (82576 facts, sections 2.7, 4 and 5). */
class ReceiveRingTest {
    private static final int SPH = 1 << 31;
    private static final int RXE = 1 << 31;

    private final TestEngine engine = TestEngine.running(3);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);
    private final QueueRegisters queue = receiver.receive[0];

    private void restart(int descriptorType) {
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        receiver.startReceive(descriptorType);
        engine.step();
    }

    @Test
    @DisplayName("Without free descriptors a frame is dropped and counted (RQDPC), and others get theirs")
    void noDescriptors() {
        queue.set(QueueRegisters.TAIL_OFFSET, 2);
        receiver.raised[GuestModel.VECTOR_RX].set(0);

        sender.send(Frames.broadcast(1, 60), Frames.broadcast(1, 61), Frames.broadcast(1, 62), Frames.broadcast(1, 63));
        engine.settle();

        assertThat(engine.guest(2).receive()).hasSize(4);
        assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isEqualTo(2);
        assertThat(queue.get(QueueRegisters.DROP_COUNT_OFFSET)).isEqualTo(2);
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(2);
        assertThat(receiver.receive()).extracting(f -> f.data().length).containsExactly(60, 61);

        sender.send(Frames.unicast(1, 0, 64));
        engine.settle();

        assertThat(receiver.receiveOne().data()).hasSize(64);
    }

    @Test
    @DisplayName("A frame that needs more descriptors than are free is dropped whole: no descriptor is used up")
    void tooFewDescriptors() {
        engine.with(s -> s.maxFrame(0, 9728));
        queue.set(QueueRegisters.TAIL_OFFSET, 3);

        sender.send(Frames.unicast(1, 0, 9000), Frames.unicast(1, 0, 6000));
        engine.settle();

        assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isEqualTo(1);
        assertThat(receiver.receiveOne().data()).hasSize(6000);
        assertThat(queue.get(QueueRegisters.HEAD_OFFSET)).isEqualTo(3);
    }

    @ParameterizedTest(name = "RCTL.BSIZE {0}: {1} bytes")
    @CsvSource({"0,2048,1", "1,1024,2", "2,512,3", "3,256,5"})
    @DisplayName("Where SRRCTL.BSIZEPKT is 0, RCTL.BSIZE is the buffers' length (2.6, 2.7)")
    void portsBufferLength(int code, int length, int descriptors) {
        restart(1);
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, 1 << 25);
        queue.set(QueueRegisters.CONTROL_OFFSET, QueueRegisters.CONTROL_ENABLE);
        receiver.pool.queueControlChanged();
        engine.with(s -> s.rctl |= code << 16);
        engine.step();

        sender.send(Frames.unicast(1, 0, 1200));
        engine.settle();

        assertThat(queue.get(QueueRegisters.HEAD_OFFSET)).isEqualTo(descriptors);
        assertThat(receiver.descriptorHigh(0) >>> 32 & 0xFFFF).isEqualTo(Math.min(length, 1200));
    }

    @Test
    @DisplayName("Of a frame in many buffers all descriptors have DD, the last EOP, and only the last the status")
    void manyBuffers() {
        engine.with(s -> s.maxFrame(0, 9728));

        sender.send(Frames.unicast(1, 0, 5000));
        engine.settle();

        assertThat(receiver.descriptorHigh(0)).isEqualTo(2048L << 32 | 1);
        assertThat(receiver.descriptorHigh(1)).isEqualTo(2048L << 32 | 1);
        assertThat(receiver.descriptorHigh(2)).isEqualTo(904L << 32 | ReceiveStatus.LOOPBACK | 3);
        assertThat(receiver.descriptorHigh(3) & 1).isZero();
    }

    @Test
    @DisplayName("Nothing is written beyond a buffer's frame, nor into buffers that were not handed over")
    void staysInBuffer() {
        receiver.ram.setMemory(GuestModel.RX_BUFFERS, 0x10000, (byte)0x5A);

        sender.send(Frames.unicast(1, 0, 1001));
        engine.settle();

        final byte[] after = receiver.bytes(GuestModel.bufferOf(0) + 1001, 0x10000 - 1001);
        assertThat(after).containsOnly(0x5A);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, GuestModel.IOVA - 1, GuestModel.IOVA + GuestModel.RAM_LENGTH - 10, -1, Long.MIN_VALUE})
    @DisplayName("A buffer outside of guest memory: the descriptor is written back with an error, and the "
        + "next frame is well")
    void wildBuffer(long iova) {
        receiver.ram.putLong(GuestModel.RX_RING, iova);

        sender.send(Frames.unicast(1, 0, 60), Frames.unicast(1, 0, 61));
        engine.settle();

        assertThat(receiver.descriptorHigh(0) & 3).isEqualTo(3);
        assertThat(receiver.receive()).extracting(f -> f.has(RXE)).containsExactly(true, false);
        assertThat(receiver.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(1);
        assertThat(sender.count(Counter.DMA_ERROR)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {GuestModel.RING_ENTRIES, 0xFFFF})
    @DisplayName("A tail outside of the ring means no descriptors")
    void wildTail(int tail) {
        queue.set(QueueRegisters.TAIL_OFFSET, tail);

        sender.send(Frames.unicast(1, 0, 60));
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, GuestModel.IOVA + GuestModel.RAM_LENGTH - 128, -128})
    @DisplayName("A ring outside of guest memory takes nothing")
    void wildRing(long iova) {
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        GuestModel.base(queue, iova);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        receiver.pool.queueControlChanged();

        sender.send(Frames.broadcast(1, 60));
        engine.settle();

        assertThat(engine.guest(2).receive()).hasSize(1);
        assertThat(receiver.count(Counter.GPRC)).isZero();
        assertThat(receiver.count(Counter.DMA_ERROR)).isEqualTo(1);
    }

    @Test
    @DisplayName("A queue that is disabled takes nothing, and starts again at descriptor 0")
    void restartAtZero() {
        sender.send(Frames.unicast(1, 0, 60), Frames.unicast(1, 0, 61));
        engine.settle();
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        sender.send(Frames.unicast(1, 0, 62));
        engine.settle();

        receiver.startReceive(GuestModel.ONE_BUFFER);
        engine.step();
        assertThat(queue.get(QueueRegisters.HEAD_OFFSET)).isZero();
        sender.send(Frames.unicast(1, 0, 63));
        engine.settle();

        assertThat(receiver.receiveOne().data()).hasSize(63);
    }

    @ParameterizedTest
    @CsvSource({"6,16,66", "6,256,34", "6,4096,14", "17,32,42", "17,16,0", "6,0,0"})
    @DisplayName("Header split (DESCTYPE 2): the headers that PSRTYPE names go to the header buffer, the "
        + "rest to the packet's")
    void headerSplit(int protocol, int psrtype, int split) {
        engine.with(s -> s.psrtype[0] = psrtype);
        restart(GuestModel.HEADER_SPLIT);
        final byte[] l4 = protocol == Packets.TCP ? Packets.tcp(0x10, new byte[12]) : Packets.udp(500);
        final byte[] frame = Frames.between(1, 0, Packets.overIpv4(protocol, l4, Frames.data(500)));

        sender.send(frame);
        engine.settle();

        final int packetBytes = (int)(receiver.descriptorHigh(0) >>> 32) & 0xFFFF;
        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(frame);
        assertThat((received.header() & SPH) != 0).isEqualTo(split > 0);
        assertThat(received.header() >>> 21 & 0x3FF).isEqualTo(split);
        assertThat(packetBytes).isEqualTo(frame.length - split);
    }

    @Test
    @DisplayName("Header split: a tag left in the frame moves the split by four bytes")
    void headerSplitTagged() {
        engine.with(s -> {
            s.psrtype[0] = 16;
            s.vlan(5, 3);
        });
        restart(GuestModel.HEADER_SPLIT);
        final byte[] frame = Frames.between(1, 0,
            Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[0]), Frames.data(100), 0x81000005));

        sender.send(frame);
        engine.settle();

        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(frame);
        assertThat(received.header() >>> 21 & 0x3FF).isEqualTo(58);
    }

    @Test
    @DisplayName("Header split: headers longer than the header buffer are not split off but told of (HBO)")
    void headerTooLong() {
        engine.with(s -> s.psrtype[0] = 16);
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        receiver.startReceive(GuestModel.HEADER_SPLIT);
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, GuestModel.HEADER_SPLIT | 64 << 2 | 2);
        engine.step();
        final byte[] frame = Frames.between(1, 0, Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[40]),
            Frames.data(100)));

        sender.send(frame);
        engine.settle();

        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(frame);
        assertThat(received.header() & SPH).isNotZero();
        assertThat(received.header() >>> 21 & 0x3FF).as("length of the headers").isEqualTo(94);
        assertThat(received.has(GuestModel.HEADER_OVERFLOW)).as("HBO").isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 127, 128, 129, 1000, 2176, 2177, 5000})
    @DisplayName("Split always (DESCTYPE 5): the first bytes fill the header buffer, the rest goes on in "
        + "packet buffers")
    void splitAlways(int length) {
        engine.with(s -> s.maxFrame(0, 9728));
        restart(GuestModel.SPLIT_ALWAYS);
        final byte[] frame = Frames.unicast(1, 0, length);

        sender.send(frame);
        engine.settle();

        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(frame);
        assertThat(received.header() >>> 21 & 0x3FF).isEqualTo(Math.min(length, 128));
        assertThat(received.descriptors()).isEqualTo(Math.max(1, (length - 128 + 2047) / 2048));
    }

    @Test
    @DisplayName("A header buffer size that HDR_LEN cannot tell is taken as 960 bytes")
    void hugeHeaderBuffer() {
        restart(GuestModel.SPLIT_ALWAYS);
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, GuestModel.SPLIT_ALWAYS | 0x3F << 8 | 2);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        receiver.pool.queueControlChanged();
        engine.step();

        sender.send(Frames.unicast(1, 0, 1500));
        engine.settle();

        final int dword0 = receiver.ram.getInt(GuestModel.RX_RING);
        assertThat(dword0 & SPH).as("no header found").isZero();
        assertThat(dword0 >>> 21 & 0x3FF).isEqualTo(960);
        assertThat((int)(receiver.descriptorHigh(0) >>> 32) & 0xFFFF).isEqualTo(540);
    }

    @Test
    @DisplayName("SRRCTL.BSIZEPKT 0 stands for 2 KiB")
    void defaultBufferSize() {
        engine.with(s -> s.maxFrame(0, 9728));
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        receiver.pool.queueControlChanged();
        engine.step();
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, GuestModel.ONE_BUFFER);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        receiver.pool.queueControlChanged();
        engine.step();

        sender.send(Frames.unicast(1, 0, 3000));
        engine.settle();

        assertThat(receiver.receiveOne().descriptors()).isEqualTo(2);
    }

    @Test
    @DisplayName("Legacy format (DESCTYPE 0): the buffer address stays, length, status and tag stand behind it")
    void legacy() {
        engine.with(s -> {
            s.vlan(5, 3);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });
        restart(0);
        final byte[] good = Frames.between(1, 0, Packets.overIpv4(Packets.UDP, Packets.udp(100), Frames.data(100)));
        final byte[] bad = good.clone();
        bad[100] ^= 1;

        sender.send(Frames.tagged(good, 5), bad);
        engine.settle();

        final long ip = 1 << 6;
        final long l4 = 1 << 5;
        final long udp = 1 << 4;
        assertThat(receiver.ram.getLong(GuestModel.RX_RING)).isEqualTo(GuestModel.IOVA + GuestModel.bufferOf(0));
        assertThat(receiver.descriptorHigh(0)).isEqualTo(5L << 48 | (ip | l4 | udp | 1 << 3 | 3) << 32 | good.length);
        assertThat(receiver.bytes(GuestModel.bufferOf(0), good.length)).isEqualTo(good);
        assertThat(receiver.descriptorHigh(1)).as("errors, TCPE")
            .isEqualTo((1L << 13 | ip | l4 | udp | 3) << 32 | bad.length);
    }
}
