package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames from one VF to another on the same agent (82576 facts, sections 4 and 5). */
class UnicastTest {
    private static final int LOOPBACK = 1 << 18;

    private final TestEngine engine = TestEngine.running(3);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);
    private final GuestModel other = engine.guest(2);

    @ParameterizedTest
    @ValueSource(ints = {60, 61, 64, 65, 127, 128, 129, 159, 160, 161, 255, 256, 257, 511, 1023, 1514, 1518, 2047, 2048,
        2049, 2062, 4095, 4096, 4097, 6143, 6144, 6145, 8999, 9000, 9014, 9018, 9723, 9724})
    @DisplayName("A frame of any length arrives as it was sent, in as many descriptors as its length needs")
    void lengths(int length) {
        engine.with(s -> s.maxFrame(0, 9728));
        final byte[] frame = Frames.unicast(1, 0, length);

        sender.send(frame);
        engine.settle();

        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(frame);
        assertThat(received.descriptors()).isEqualTo((length + 2047) / 2048);
        assertThat(received.has(LOOPBACK)).isTrue();
        assertThat(other.receive()).isEmpty();
        assertThat(sender.receive()).isEmpty();
    }

    @Test
    @DisplayName("A frame gathered from many buffers arrives as one, wherever header and buffers are cut")
    void gathered() {
        for (int first = 1; first < 200; first += 7) {
            final byte[] frame = Frames.unicast(1, 0, 1000);
            final long at = sender.put(frame);
            sender.post(at, GuestModel.DATA | first, 1000 << 14);
            sender.post(at + first, GuestModel.DATA | 1, 1000 << 14);
            final int last = sender.post(at + first + 1,
                GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 1000 - first - 1, 1000 << 14);
            sender.ring();
            engine.settle();

            assertThat(receiver.receiveOne().data()).isEqualTo(frame);
            assertThat(sender.isDone(last)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 20, 42, 59})
    @DisplayName("A short frame is padded with zeros to 60 bytes (TCTL.PSP)")
    void padding(int length) {
        final byte[] frame = Frames.unicast(1, 0, length);

        sender.send(frame);
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.padded(frame, 60));
    }

    @Test
    @DisplayName("What lies behind a short frame in the sender's memory or in the card's scratch does not "
        + "leak into its padding")
    void paddingLeaksNothing() {
        sender.send(Frames.unicast(1, 0, 1500));
        sender.put(Frames.data(4096));

        sender.send(Frames.unicast(1, 0, 14));
        engine.settle();

        assertThat(receiver.receive().getLast().data()).endsWith(new byte[46]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13})
    @DisplayName("A packet shorter than an Ethernet header is not sent but is done")
    void tooShort(int length) {
        final int index = sender.post(sender.put(new byte[64]),
            GuestModel.DATA | GuestModel.EOP | GuestModel.RS | length, 0);
        sender.ring();
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(sender.isDone(index)).isTrue();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(sender.count(Counter.GPTC)).isZero();
    }

    @Test
    @DisplayName("A frame longer than 9,724 bytes is not sent but is done")
    void tooLong() {
        engine.with(s -> s.maxFrame(0, 0x3FFF));

        sender.send(Frames.unicast(1, 0, 9725));
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(sender.isDone(0)).isTrue();
    }

    @Test
    @DisplayName("A frame longer than the pool's limit (VMOLR.RLPML, with CRC) is dropped and counted at the receiver")
    void lengthLimit() {
        engine.with(s -> s.maxFrame(0, 1522));

        sender.send(Frames.unicast(1, 0, 1518), Frames.unicast(1, 0, 1519));
        engine.settle();

        assertThat(receiver.receive()).singleElement().extracting(f -> f.data().length).isEqualTo(1518);
        assertThat(receiver.count(Counter.OVERSIZE)).isEqualTo(1);
        assertThat(receiver.count(Counter.GPRC)).isEqualTo(1);
    }

    @Test
    @DisplayName("Without VMOLR.LPE the limit is 1,518 bytes with CRC, four more with a tag")
    void standardLimit() {
        engine.with(s -> {
            s.vmolr[0] &= ~TestSwitch.VMOLR_LPE;
            s.vlan(5, 3);
        });

        sender.send(Frames.unicast(1, 0, 1514), Frames.unicast(1, 0, 1515),
            Frames.tagged(Frames.unicast(1, 0, 1514), 5), Frames.tagged(Frames.unicast(1, 0, 1515), 5));
        engine.settle();

        assertThat(receiver.receive()).extracting(f -> f.data().length).containsExactly(1514, 1518);
        assertThat(receiver.count(Counter.OVERSIZE)).isEqualTo(2);
    }

    @Test
    @DisplayName("Frames keep their order over many wraps of both rings")
    void order() {
        for (int round = 0; round < 50; round++) {
            final byte[][] frames = new byte[37][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = Frames.unicast(1, 0, 60 + round * 10 + i);
            }
            sender.send(frames);
            engine.settle();
            assertThat(receiver.receive()).extracting(Received::data).containsExactly(frames);
        }
        assertThat(sender.transmitHead()).isEqualTo(50 * 37 % GuestModel.RING_ENTRIES);
    }

    @Test
    @DisplayName("Both ends count packets and octets, the CRC's four bytes included, and that they stayed "
        + "inside the card")
    void counters() {
        sender.send(Frames.unicast(1, 0, 100), Frames.unicast(1, 0, 40));
        engine.settle();

        for (Counter counter : new Counter[] {Counter.GPTC, Counter.GPTLBC}) {
            assertThat(sender.count(counter)).isEqualTo(2);
        }
        for (Counter counter : new Counter[] {Counter.GOTC, Counter.GOTLBC}) {
            assertThat(sender.count(counter)).isEqualTo(104 + 64);
        }
        for (Counter counter : new Counter[] {Counter.GPRC, Counter.GPRLBC}) {
            assertThat(receiver.count(counter)).isEqualTo(2);
        }
        for (Counter counter : new Counter[] {Counter.GORC, Counter.GORLBC}) {
            assertThat(receiver.count(counter)).isEqualTo(104 + 64);
        }
        assertThat(receiver.count(Counter.MPRC)).isZero();
    }

    @Test
    @DisplayName("A VF's second transmit queue sends as the first does")
    void secondQueue() {
        sender.startTransmit(1);
        final byte[] frame = Frames.unicast(1, 0, 300);

        sender.send(frame);
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
        assertThat(sender.isDone(0)).isTrue();
    }

    @Test
    @DisplayName("No guest gets more than one budget of frames in before it is another one's turn")
    void fairness() {
        final GuestModel greedy = engine.guest(0);
        for (int i = 0; i < GuestModel.RING_ENTRIES - 1; i++) {
            greedy.postData(Frames.unicast(0, 2, 60), GuestModel.EOP | GuestModel.RS, 0);
        }
        greedy.ring();
        sender.send(Frames.unicast(1, 2, 61));

        engine.step();

        assertThat(other.receive()).extracting(f -> f.data().length).hasSize(65).endsWith(61);
        assertThat(greedy.transmitHead()).isEqualTo(64);
    }
}
