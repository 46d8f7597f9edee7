package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A guest that has its queue registers mapped: the agent sees what they hold when it looks, and is told nothing (82576
 * facts, section 8).
 */
class MappedQueueTest {
    private final TestEngine engine = TestEngine.running(2);
    private final GuestModel mapped = engine.guest(1);
    private final GuestModel peer = engine.guest(0);
    private volatile boolean stopped;

    private static void write(QueueRegisters queue, int offset, int value) {
        queue.set(offset, value);
    }

    private void post(int frames) {
        for (int i = 0; i < frames; i++) {
            mapped.postData(Frames.unicast(1, 0, 60 + i), GuestModel.EOP | GuestModel.RS, 0);
        }
    }

    @Test
    @DisplayName("A tail in memory is a doorbell")
    void tail() {
        post(3);

        write(mapped.transmit[0], QueueRegisters.TAIL_OFFSET, 3);
        engine.settle();

        assertThat(peer.receive()).hasSize(3);
        assertThat(mapped.transmitHead()).isEqualTo(3);
    }

    @Test
    @DisplayName("A restart in memory begins at head 0, whatever the driver writes to the head before or after it")
    void restart() {
        post(2);
        write(mapped.transmit[0], QueueRegisters.TAIL_OFFSET, 2);
        engine.settle();
        peer.receive();

        write(mapped.transmit[0], QueueRegisters.CONTROL_OFFSET, 0);
        engine.step();
        write(mapped.transmit[0], QueueRegisters.HEAD_OFFSET, 77);
        write(mapped.transmit[0], QueueRegisters.TAIL_OFFSET, 0);
        write(mapped.transmit[0], QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        engine.step();
        assertThat(mapped.transmitHead()).isZero();
        write(mapped.transmit[0], QueueRegisters.HEAD_OFFSET, 99);
        write(mapped.transmit[0], QueueRegisters.TAIL_OFFSET, 1);
        engine.settle();

        assertThat(peer.receive()).hasSize(1);
        assertThat(mapped.transmitHead()).isEqualTo(1);
    }

    @Test
    @DisplayName("SWFLUSH clears itself when the queue stops or starts, as DPDK writes it when it stops one")
    void flush() {
        write(mapped.transmit[0], QueueRegisters.CONTROL_OFFSET, QueueRegisters.CONTROL_SWFLUSH);
        engine.step();

        assertThat(mapped.transmit[0].get(QueueRegisters.CONTROL_OFFSET)).isZero();
    }

    @Test
    @DisplayName("A receive queue that its driver has just switched off gets nothing more, even within a duty cycle")
    void disabledAmidTraffic() {
        // The agent serves the sender first, before it looks at the receiver's registers.
        peer.send(Frames.unicast(0, 1, 60));
        write(mapped.receive[0], QueueRegisters.CONTROL_OFFSET, 0);
        engine.settle();

        assertThat(mapped.descriptorHigh(0) & 1).isZero();
        assertThat(mapped.count(Counter.GPRC)).isZero();
    }

    @Test
    @DisplayName("A receive queue that its driver has just switched on gets what is sent from then on")
    void enabledAmidTraffic() {
        write(mapped.receive[0], QueueRegisters.CONTROL_OFFSET, 0);
        engine.settle();
        write(mapped.receive[0], QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        // The agent serves the sender first, before it looks at the receiver's registers.
        peer.send(Frames.unicast(0, 1, 60));
        engine.settle();

        assertThat(mapped.receive()).hasSize(1);
    }

    @Test
    @DisplayName("Sending stops with the frame under way when the driver switches the queue off")
    void stoppedWhileSending() {
        post(10);
        write(mapped.transmit[0], QueueRegisters.TAIL_OFFSET, 10);
        final int[] sent = {0};
        engine.fabric.pool(1).poll(engine.fabric.table(), 64, engine.now, frame -> {
            if (++sent[0] == 4) {
                write(mapped.transmit[0], QueueRegisters.CONTROL_OFFSET, 0);
            }
        });

        assertThat(sent[0]).isEqualTo(4);
        engine.settle();
        assertThat(mapped.count(Counter.GPTC)).isZero();
    }

    @Test
    @DisplayName("VTCTRL.RST discards whatever tail was written and leaves ENABLE, heads and tails at 0")
    void reset() {
        post(5);
        write(mapped.transmit[0], QueueRegisters.TAIL_OFFSET, 5);

        mapped.pool.resetQueues();
        engine.settle();

        assertThat(peer.receive()).isEmpty();
        for (QueueRegisters queue : new QueueRegisters[]{mapped.transmit[0], mapped.receive[0]}) {
            assertThat(queue.isEnableRequested()).isFalse();
            assertThat(queue.tail()).isZero();
            assertThat(queue.get(QueueRegisters.HEAD_OFFSET)).isZero();
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("A guest that writes anything anywhere at any time into its registers harms only itself")
    void scribbled() throws InterruptedException {
        final Thread scribbler = new Thread(this::scribble);
        scribbler.start();
        try {
            for (int round = 0; round < 3000; round++) {
                if ((round & 7) == 0) {
                    mapped.pool.resetQueues();
                }
                peer.send(Frames.unicast(0, 0, 60), Frames.unicast(0, 1, 1500));
                engine.step();
                engine.step();
                peer.receive();
                assertThat(peer.isDone((peer.transmitHead() + GuestModel.RING_ENTRIES - 1) % GuestModel.RING_ENTRIES))
                    .isTrue();
            }
        } finally {
            stopped = true;
            scribbler.join();
        }
        assertThat(peer.failures).isEmpty();
        mapped.detach();
        engine.settle();
        mapped.attach();
        mapped.start();
        engine.settle();
        mapped.receive();
        peer.send(Frames.unicast(0, 1, 100));
        engine.settle();
        assertThat(mapped.receiveOne().data()).isEqualTo(Frames.unicast(0, 1, 100));
    }

    private void scribble() {
        final Random random = new Random(3);
        final int[] good = {GuestModel.ENABLE, GuestModel.RING_LENGTH, (int)GuestModel.IOVA,
            (int)(GuestModel.IOVA + GuestModel.RX_RING), (int)(GuestModel.IOVA >>> 32), 0, 1};
        while (!stopped) {
            final QueueRegisters queue = (random.nextBoolean() ? mapped.transmit : mapped.receive)[random.nextInt(2)];
            final int offset = random.nextInt(QueueRegisters.BLOCK_LENGTH / 4) * 4;
            queue.set(offset, random.nextInt(3) > 0 ? good[random.nextInt(good.length)] : random.nextInt());
        }
    }
}
