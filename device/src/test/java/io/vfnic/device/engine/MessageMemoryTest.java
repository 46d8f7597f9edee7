package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Guest memory without a file descriptor: reached by messages, from an agent that serves the function alone. */
class MessageMemoryTest {
    private final TestEngine engine = TestEngine.idle(3);
    private final GuestModel mapped = engine.guest(0);
    private final GuestModel remote = engine.guest(1);

    private void start(GuestModel guest) {
        guest.connect();
        guest.pool.busMaster(true);
        guest.start();
        engine.settle();
    }

    private void startBoth() {
        mapped.mapAll();
        start(mapped);
        remote.mapByMessage(0, GuestModel.RAM_LENGTH);
        start(remote);
        // The first attempt at its memory shows what the function needs; that frame may be lost.
        remote.send(Frames.unicast(1, 0, 60));
        engine.settle();
        mapped.receive();
    }

    @Test
    @DisplayName("A function whose memory only messages reach gets an agent of its own, and works there both ways")
    void dedicated() {
        startBoth();
        assertThat(engine.dedicatedAgents).hasSize(1);
        assertThat(remote.pool.isAtHome()).isFalse();
        assertThat(mapped.pool.isAtHome()).isTrue();

        for (int i = 0; i < 150; i++) {
            final byte[] there = Frames.unicast(1, 0, 60 + i);
            final byte[] back = Frames.unicast(0, 1, 61 + i);
            remote.send(there);
            mapped.send(back);
            engine.settle();
            assertThat(mapped.receiveOne().data()).isEqualTo(there);
            assertThat(remote.receiveOne().data()).isEqualTo(back);
        }
        assertThat(remote.raised(GuestModel.VECTOR_TX)).isPositive();
        assertThat(remote.raised(GuestModel.VECTOR_RX)).isPositive();
    }

    @Test
    @DisplayName("Jumbo frames, large sends and head write-back work by message too")
    void offloads() {
        startBoth();
        engine.with(s -> {
            s.maxFrame(0, 9728);
            s.maxFrame(1, 9728);
        });
        final byte[] jumbo = Frames.unicast(0, 1, 9000);
        mapped.send(jumbo);
        engine.settle();
        assertThat(remote.receiveOne().data()).isEqualTo(jumbo);

        final byte[] headers = Frames.between(1, 0,
            Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        remote.postContext(0, 14, 20, 20, GuestModel.TCP, 1448, 0);
        remote.post(remote.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, GuestModel.TXSM);
        remote.post(remote.put(Frames.data(20000)), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 20000, 0);
        remote.ring();
        engine.settle();
        assertThat(mapped.receive()).hasSize(14);
    }

    @Test
    @DisplayName("Nobody else waits for messages: a broadcast from a mapped function costs the shared agent none")
    void sharedAgentSendsNoMessages() {
        startBoth();
        final int before = remote.messages.get();
        mapped.send(Frames.broadcast(0, 60));

        engine.agents.getFirst().doWork();

        assertThat(remote.messages).hasValue(before);
        engine.settle();
        assertThat(remote.receive()).hasSize(1);
    }

    @Test
    @DisplayName("When its client is gone the function goes home and its agent ends; the next client finds it there")
    void home() {
        startBoth();

        remote.detach();
        engine.settle();

        assertThat(engine.dedicatedAgents).isEmpty();
        assertThat(remote.pool.isAtHome()).isTrue();
        assertThat(remote.pool.isQuiet()).isTrue();

        remote.mapAll();
        start(remote);
        remote.send(Frames.unicast(1, 0, 77));
        engine.settle();
        assertThat(mapped.receiveOne().data()).hasSize(77);
        assertThat(engine.dedicatedAgents).isEmpty();
    }

    @Test
    @DisplayName("A function can come and go by message many times")
    void manyTimes() {
        mapped.mapAll();
        start(mapped);
        for (int i = 0; i < 20; i++) {
            remote.mapByMessage(0, GuestModel.RAM_LENGTH);
            start(remote);
            remote.send(Frames.unicast(1, 0, 60));
            engine.settle();
            remote.send(Frames.unicast(1, 0, 100 + i));
            engine.settle();
            assertThat(mapped.receive().getLast().data()).hasSize(100 + i);
            remote.detach();
            engine.settle();
            assertThat(remote.pool.isQuiet()).isTrue();
        }
        assertThat(engine.dedicatedAgents).isEmpty();
    }

    @Test
    @DisplayName("A quiesce request that meets the function on its way to another agent is answered")
    void quiesceWhileMoving() {
        mapped.mapAll();
        start(mapped);
        remote.mapByMessage(0, GuestModel.RAM_LENGTH);
        remote.connect();
        remote.pool.busMaster(true);
        remote.start();
        remote.ring();
        remote.transmit[0].set(QueueRegisters.TAIL_OFFSET, 1);
        // The shared agent hands the function over in this duty cycle; a request for it lies in its inbox.
        engine.agents.getFirst().doWork();
        remote.pool.quiesce();
        assertThat(remote.pool.isQuiet()).isFalse();

        engine.settle();

        assertThat(remote.pool.isQuiet()).isTrue();
        assertThat(remote.pool.isAtHome()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 25, 30})
    @DisplayName("Messages cancelled at any point by a quiesce may lose frames but never a descriptor: the rings go on")
    void cancelled(int after) {
        startBoth();
        final List<Integer> expected = new ArrayList<>();
        remote.messagesUntilCancel = after;
        for (int i = 0; i < 5; i++) {
            remote.postData(Frames.unicast(1, 0, 100 + i), GuestModel.EOP | GuestModel.RS, 0);
            mapped.postData(Frames.unicast(0, 1, 100 + i), GuestModel.EOP | GuestModel.RS, 0);
        }
        remote.ring();
        mapped.ring();
        engine.step();
        engine.step();
        remote.pool.quiesce();
        engine.settle();
        assertThat(remote.pool.isQuiet()).isTrue();
        assertThat(remote.cancelled).isFalse();

        for (int i = 1; i <= 5; i++) {
            assertThat(remote.isDone(i)).as("descriptor %d is done", i).isTrue();
        }
        remote.receive();
        mapped.receive();
        for (int i = 0; i < 200; i++) {
            remote.send(Frames.unicast(1, 0, 200 + i));
            mapped.send(Frames.unicast(0, 1, 200 + i));
            engine.settle();
            assertThat(remote.receive()).extracting(f -> f.data().length).containsExactly(200 + i);
            assertThat(mapped.receive()).extracting(f -> f.data().length).containsExactly(200 + i);
            expected.add(i);
        }
        assertThat(expected).hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    @DisplayName("A write-back that comes late is announced by an interrupt of its own")
    void lateWriteBackInterrupts(int after) {
        startBoth();
        engine.interrupts.autoMask(remote.window(), 0);
        engine.interrupts.unmask(remote.window());
        engine.settle();
        remote.raised[GuestModel.VECTOR_RX].set(0);
        remote.raised[GuestModel.VECTOR_TX].set(0);
        remote.messagesUntilCancel = after;
        mapped.send(Frames.unicast(0, 1, 100));
        remote.send(Frames.unicast(1, 0, 100));
        engine.step();
        engine.step();
        final int early = remote.receive().size();
        final int before = remote.raised(GuestModel.VECTOR_RX);

        remote.pool.quiesce();
        engine.settle();

        final int late = remote.receive().size();
        assertThat(early + late).isLessThanOrEqualTo(1);
        assertThat(remote.raised(GuestModel.VECTOR_RX) - before).isGreaterThanOrEqualTo(late);
        assertThat(remote.raised(GuestModel.VECTOR_TX)).isPositive();
        assertThat(remote.isDone(1)).isTrue();
    }

    @Test
    @DisplayName("Head write-back is repeated after a cancelled message")
    void headWriteBackCancelled() {
        remote.transmit[0].set(
            QueueRegisters.HEAD_WRITE_BACK_LOW_OFFSET, (int)(GuestModel.IOVA + GuestModel.HEAD_REPORT) | 1);
        remote.transmit[0].set(QueueRegisters.HEAD_WRITE_BACK_HIGH_OFFSET, (int)(GuestModel.IOVA >>> 32));
        startBoth();
        for (int after = 0; after < 5; after++) {
            remote.messagesUntilCancel = after;
            remote.send(Frames.unicast(1, 0, 60));
            engine.step();
            remote.pool.quiesce();
            engine.settle();
            assertThat(remote.ram.getInt(GuestModel.HEAD_REPORT)).isEqualTo(2 + after);
        }
    }

    @Test
    @DisplayName("When the client leaves, messages under way are cancelled")
    void detachCancels() {
        startBoth();

        remote.pool.client(null);

        assertThat(remote.cancelled).isTrue();
    }

    @Test
    @DisplayName("Rings mapped, buffers by message: frames that the shared agent could not move are lost, "
        + "then all arrive")
    void mixed() {
        mapped.mapAll();
        start(mapped);
        remote.map(0, GuestModel.TX_BUFFERS);
        remote.mapByMessage(GuestModel.TX_BUFFERS, GuestModel.RAM_LENGTH - GuestModel.TX_BUFFERS);
        start(remote);
        remote.send(Frames.unicast(1, 0, 60));
        engine.settle();
        assertThat(remote.isDone(0)).isTrue();
        assertThat(remote.count(Counter.DMA_ERROR)).isLessThanOrEqualTo(1);

        remote.send(Frames.unicast(1, 0, 100));
        mapped.send(Frames.unicast(0, 1, 101));
        engine.settle();

        assertThat(mapped.receive()).extracting(Received::data).contains(Frames.unicast(1, 0, 100));
        assertThat(remote.receive()).extracting(Received::data).contains(Frames.unicast(0, 1, 101));
    }
}
