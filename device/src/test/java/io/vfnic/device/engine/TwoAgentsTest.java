package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames between functions that different agents own: copied through a bounded ring. */
class TwoAgentsTest {
    /** VFs 0 and 2 on the first agent, VF 1 on the second. */
    private final TestEngine engine = TestEngine.running(3, 2);
    private final GuestModel sender = engine.guest(1);

    @ParameterizedTest
    @ValueSource(ints = {14, 60, 255, 256, 257, 300, 1514, 9724})
    @DisplayName("A frame of any length arrives as it was sent")
    void lengths(int length) {
        engine.with(s -> s.maxFrame(0, 9728));

        sender.send(Frames.unicast(1, 0, length));
        engine.settle();

        assertThat(engine.guest(0).receiveOne().data()).isEqualTo(Frames.padded(Frames.unicast(1, 0, length), 60));
        assertThat(sender.isDone(0)).isTrue();
        assertThat(sender.count(Counter.GPTLBC)).isEqualTo(1);
        assertThat(engine.guest(0).count(Counter.GPRLBC)).isEqualTo(1);
        assertThat(engine.guest(0).raised(GuestModel.VECTOR_RX)).isEqualTo(1);
    }

    @Test
    @DisplayName("Broadcast reaches the functions of both agents once each")
    void broadcast() {
        engine.guest(0).send(Frames.broadcast(0, 100));
        engine.settle();

        assertThat(engine.guest(1).receive()).hasSize(1);
        assertThat(engine.guest(2).receive()).hasSize(1);

        sender.send(Frames.broadcast(1, 100));
        engine.settle();

        assertThat(engine.guest(0).receive()).hasSize(1);
        assertThat(engine.guest(2).receive()).hasSize(1);
    }

    @Test
    @DisplayName("Tags and what is known of checksums go along")
    void description() {
        engine.with(s -> {
            s.vlan(100, 7);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });
        final byte[] packet = OffloadTest.packet(4, Packets.TCP, 100);
        sender.postContext(0, 14, 20, 0, GuestModel.TCP, 0, 100);
        sender.postData(OffloadTest.withPseudoHeader(packet, 14, 20, Packets.TCP),
            GuestModel.EOP | GuestModel.RS | GuestModel.VLE, GuestModel.TXSM);
        sender.ring();
        engine.settle();

        final Received received = engine.guest(0).receiveOne();
        assertThat(received.data()).isEqualTo(packet);
        assertThat(received.vlan()).isEqualTo(100);
        assertThat(received.has(ReceiveChecksum.L4CS | ReceiveChecksum.IPCS)).isTrue();
        assertThat(received.has(ReceiveChecksum.L4E)).isFalse();
    }

    @Test
    @DisplayName("A full ring to the other agent means counted drops, and the sender goes on")
    void ringFull() {
        engine.with(s -> s.maxFrame(0, 9728));
        final EngineAgent second = engine.agents.get(1);
        final byte[] frame = Frames.unicast(1, 0, 9000);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                sender.postData(frame, GuestModel.EOP | GuestModel.RS, 0);
            }
            sender.ring();
            while (second.doWork() > 0) {
                assertThat(sender.failures).isEmpty();
            }
        }

        final long dropped = sender.count(Counter.RING_FULL);
        assertThat(dropped).isBetween(80L, 110L);
        assertThat(sender.count(Counter.GPTC)).isEqualTo(200);

        engine.settle();
        final long delivered = engine.guest(0).count(Counter.GPRC) + engine.guest(0).count(Counter.NO_DESCRIPTOR);
        assertThat(delivered).isEqualTo(200 - dropped);
        engine.guest(0).receive();
        sender.send(frame);
        engine.settle();
        assertThat(engine.guest(0).receive()).hasSize(1);
    }

    @Test
    @DisplayName("A frame under way to a function that is reset meanwhile is dropped")
    void resetMeanwhile() {
        sender.send(Frames.unicast(1, 0, 60));
        engine.agents.get(1).doWork();
        engine.guest(0).pool.resetQueues();
        engine.settle();

        assertThat(engine.guest(0).receive()).isEmpty();
        assertThat(engine.guest(0).count(Counter.GPRC)).isZero();
    }
}
