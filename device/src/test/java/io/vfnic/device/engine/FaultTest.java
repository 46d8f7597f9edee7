package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.InterruptSignal;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Guest memory whose file shrinks under the card: the real SIGBUS, which the JVM reports as InternalError, costs that
 * guest its connection and nobody else anything.
 */
class FaultTest {
    @TempDir
    private Path directory;
    private final Map<Integer, FileChannel> files = new HashMap<>();
    private TestEngine engine;

    private ByteBuffer fileBacked(int vf) {
        try {
            final FileChannel file = FileChannel.open(directory.resolve("ram" + vf),
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            files.put(vf, file);
            return file.map(MapMode.READ_WRITE, 0, GuestModel.RAM_LENGTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start() {
        engine = TestEngine.running(4, 1, this::fileBacked);
    }

    private void shrink(int vf) throws IOException {
        files.get(vf).truncate(0);
    }

    @AfterEach
    void close() throws IOException {
        for (FileChannel file : files.values()) {
            file.close();
        }
    }

    private void assertOthersWork() {
        for (int i = 0; i < 20; i++) {
            final byte[] there = Frames.unicast(2, 3, 100 + i);
            final byte[] back = Frames.unicast(3, 2, 200 + i);
            engine.guest(2).send(there);
            engine.guest(3).send(back);
            for (int cycle = 0; cycle < 10; cycle++) {
                engine.now += 1_000_000;
                engine.step();
            }
            assertThat(engine.guest(3).receiveOne().data()).isEqualTo(there);
            assertThat(engine.guest(2).receiveOne().data()).isEqualTo(back);
        }
        assertThat(engine.guest(2).failures).isEmpty();
        assertThat(engine.guest(3).failures).isEmpty();
    }

    @Test
    @DisplayName("A receiver's memory vanishes: its session is told to look; sender and other receivers go on")
    void receiverVanishes() throws IOException {
        start();
        shrink(0);

        for (int i = 0; i < 50; i++) {
            engine.guest(1).send(Frames.broadcast(1, 60 + i));
            engine.now += 1_000_000;
            engine.step();
            assertThat(engine.guest(2).receiveOne().data()).hasSize(60 + i);
            engine.guest(3).receiveOne();
        }

        assertThat(engine.guest(1).isDone(49)).isTrue();
        assertThat(engine.guest(0).memoryChecks.get()).isBetween(1, 50);
        assertThat(engine.guest(1).failures).isEmpty();
        assertOthersWork();
    }

    @Test
    @DisplayName("A sender's memory vanishes: its session is told to look; the others go on")
    void senderVanishes() throws IOException {
        start();
        engine.guest(1).send(Frames.unicast(1, 0, 60));
        shrink(1);

        assertOthersWork();

        assertThat(engine.guest(1).memoryChecks.get()).isPositive();
        assertThat(engine.guest(0).receive()).isEmpty();
    }

    @Test
    @DisplayName("A function whose memory is gone becomes quiet, so that its session can let go, and serves "
        + "the next client")
    void quiet() throws IOException {
        start();
        engine.guest(1).send(Frames.unicast(1, 0, 60));
        shrink(1);
        engine.step();

        engine.guest(1).detach();
        engine.step();
        assertThat(engine.guest(1).pool.isQuiet()).isTrue();

        files.get(1).write(ByteBuffer.allocate(GuestModel.RAM_LENGTH), 0);
        engine.guest(1).attach();
        engine.guest(1).start();
        engine.settle();
        engine.guest(1).send(Frames.unicast(1, 0, 77));
        engine.settle();
        assertThat(engine.guest(0).receiveOne().data()).hasSize(77);
    }

    @Test
    @DisplayName("Write-backs that a vanished ring has not got are given up with it: the next client's memory is its "
        + "own before it has enabled a queue")
    void writeBacksThatNobodyGot() throws IOException {
        final int ring = GuestModel.RAM_LENGTH - 4096;
        start();
        final GuestModel receiver = engine.guest(0);
        receiveAt(receiver, ring);
        engine.guest(1).send(Frames.unicast(1, 0, 60));
        engine.settle();
        assertThat(receiver.ram.getInt(ring + 8) & 1).as("DD").isEqualTo(1);
        files.get(0).truncate(ring);
        engine.guest(1).send(Frames.unicast(1, 0, 60), Frames.unicast(1, 0, 61));
        engine.step();
        assertThat(receiver.memoryChecks.get()).isPositive();

        receiver.detach();
        engine.step();
        files.get(0).write(ByteBuffer.allocate(4096), ring);
        receiver.attach();
        engine.settle();
        engine.guest(1).send(Frames.broadcast(1, 60));
        engine.settle();

        for (int at = ring; at < GuestModel.RAM_LENGTH; at += Long.BYTES) {
            assertThat(receiver.ram.getLong(at)).isZero();
        }
        engine.guest(2).receiveOne();
        engine.guest(3).receiveOne();
        assertOthersWork();
    }

    /** Starts the receive queue once more, with its ring elsewhere. */
    private void receiveAt(GuestModel guest, int ring) {
        final QueueRegisters queue = guest.receive[0];
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        guest.pool.queueControlChanged();
        engine.settle();
        for (int i = 0; i < GuestModel.RING_ENTRIES; i++) {
            guest.ram.putLong(ring + i * 16,
                GuestModel.IOVA + GuestModel.RX_BUFFERS + i * GuestModel.RECEIVE_BUFFER);
            guest.ram.putLong(ring + i * 16 + 8, 0);
        }
        GuestModel.base(queue, GuestModel.IOVA + ring);
        queue.set(QueueRegisters.TAIL_OFFSET, 0);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        guest.pool.queueControlChanged();
        engine.settle();
        queue.set(QueueRegisters.TAIL_OFFSET, GuestModel.RING_ENTRIES - 1);
    }

    @Test
    @DisplayName("A sender's payload vanishes while it is copied for another agent: the ring between the "
        + "agents goes on")
    void vanishesWhileRelaying() throws IOException {
        engine = TestEngine.running(4, 2, this::fileBacked);
        engine.with(s -> s.maxFrame(0, 9728));
        final GuestModel sender = engine.guest(1);
        final byte[] frame = Frames.unicast(1, 0, 4096);
        sender.put(frame);
        sender.put(new byte[8192]);
        final long gone = sender.put(new byte[2000]);
        sender.post(GuestModel.IOVA + GuestModel.TX_BUFFERS, GuestModel.DATA | 1000, 0);
        sender.post(gone, GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 2000, 0);
        sender.ring();
        files.get(1).truncate(GuestModel.TX_BUFFERS + 4096);

        assertOthersWork();

        assertThat(sender.memoryChecks.get()).isPositive();
        assertThat(engine.guest(0).receive()).isEmpty();
        engine.guest(3).send(Frames.unicast(3, 0, 9000));
        engine.step();
        engine.step();
        assertThat(engine.guest(0).receiveOne().data()).hasSize(9000);
    }

    @Test
    @DisplayName("When there is no thread or memory for an agent of its own, that function's client is "
        + "given up, nobody else's")
    void noDedicatedAgent() {
        start();
        engine.dedicationFails = true;
        engine.guest(1).detach();
        engine.step();
        engine.guest(1).mapByMessage(0, GuestModel.RAM_LENGTH);
        engine.guest(1).connect();
        engine.guest(1).pool.busMaster(true);
        engine.guest(1).start();
        engine.step();
        engine.step();

        assertThat(engine.guest(1).failures).isNotEmpty();
        assertOthersWork();
        engine.guest(1).detach();
        engine.step();
        assertThat(engine.guest(1).pool.isQuiet()).isTrue();
    }

    @Test
    @DisplayName("The end of a large send's memory: the rest is given up without a look at it when the session unmaps")
    void vanishesWhileSegmenting() throws IOException {
        start();
        final GuestModel sender = engine.guest(1);
        final byte[] headers = Frames.between(1, 0, Packets.overIpv4(
            Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        sender.postContext(0, 14, 20, 20, GuestModel.TCP, 10, 0);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, GuestModel.TXSM);
        sender.post(sender.put(new byte[5000]), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 5000, 0);
        sender.ring();
        engine.step();
        shrink(1);

        sender.unmap(0, GuestModel.RAM_LENGTH);
        assertThatCode(engine::step).doesNotThrowAnyException();

        assertThat(sender.pool.isQuiet()).isTrue();
        assertOthersWork();
    }

    @Test
    @DisplayName("A guest whose memory keeps faulting is given up after a second, though no file has shrunk")
    void keepsFaulting() throws IOException {
        start();
        engine.guest(1).send(Frames.unicast(1, 0, 60));
        shrink(1);

        for (int i = 0; i < 1000; i++) {
            engine.now += 1_000_000;
            engine.step();
        }
        assertThat(engine.guest(1).failures).isEmpty();
        engine.now += 2_000_000;
        engine.step();
        engine.step();

        assertThat(engine.guest(1).failures).isNotEmpty();
        assertThat(engine.guest(0).failures).isEmpty();
    }

    @Test
    @DisplayName("Sessions are not asked to look at their memory more often than every ten milliseconds")
    void checksAreRare() throws IOException {
        start();
        engine.guest(1).send(Frames.unicast(1, 0, 60));
        shrink(1);

        for (int i = 0; i < 1000; i++) {
            engine.now += 10_000;
            engine.step();
        }

        assertThat(engine.guest(1).memoryChecks.get()).isBetween(1, 2);
    }

    @Test
    @DisplayName("A fault that the JVM reports late, outside of a queue's service, does not end the agent")
    void lateFault() {
        start();
        final InterruptSignal late = () -> {
            throw new InternalError("a fault occurred in an unsafe memory access operation");
        };
        engine.guest(1).vectors.signal(GuestModel.VECTOR_TX, late);
        engine.guest(1).send(Frames.unicast(1, 0, 60));

        assertThatCode(engine::step).doesNotThrowAnyException();

        assertThat(engine.guest(0).memoryChecks.get()).isPositive();
        assertThat(engine.guest(0).receive()).hasSize(1);
        assertOthersWork();
    }

    @Test
    @DisplayName("A bug met while a function is served stops and gives up that function only")
    void bug() {
        start();
        engine.guest(1).detach();
        engine.step();
        final GuestModel broken = new GuestModel(1, engine.interrupts, GuestModel.newRam()) {
            @Override
            public boolean read(long iova, MutableDirectBuffer destination, int index, int length) {
                throw new IllegalStateException("broken");
            }
        };
        final GuestModel guest = engine.guest(1);
        guest.mapByMessage(0, GuestModel.RAM_LENGTH);
        guest.pool.client(broken);
        guest.pool.busMaster(true);
        guest.start();
        guest.transmit[0].set(QueueRegisters.TAIL_OFFSET, 1);
        for (int i = 0; i < 5; i++) {
            assertThatCode(engine::step).doesNotThrowAnyException();
        }

        assertThat(broken.failures).singleElement().asString().contains("broken");
        assertThat(guest.transmit[0].isEnableRequested()).isFalse();
        assertOthersWork();
    }
}
