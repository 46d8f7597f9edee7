package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

/** VLAN tags: membership, insertion, stripping (82576 facts, section 5). */
class VlanTest {
    private static final int VP = 1 << 3;
    private static final int VID = 100;
    /** Priority 5. */
    private static final int CONTROL = 5 << 13 | VID;

    private final TestEngine engine = TestEngine.running(3).with(s -> s.vlan(VID, 0b011));
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);

    private void sendWithVle(byte[] frame, int control) {
        sender.postContext(0, 14, 0, 0, 0, 0, control);
        sender.postData(frame, GuestModel.EOP | GuestModel.RS | GuestModel.VLE, 0);
        sender.ring();
        engine.settle();
    }

    @Test
    @DisplayName("A tagged frame reaches the members of its VLAN only, its tag in place where VMOLR.STRVLAN is off")
    void membership() {
        final byte[] frame = Frames.tagged(Frames.broadcast(1, 100), CONTROL);

        sender.send(frame);
        engine.settle();

        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(frame);
        assertThat(received.has(VP)).isFalse();
        assertThat(received.vlan()).isZero();
        assertThat(engine.guest(2).receive()).isEmpty();
    }

    @Test
    @DisplayName("A tag of a VLAN that VFTA does not have passes nowhere, and with RCTL.VFE off everywhere")
    void filterTable() {
        engine.with(s -> {
            s.vfta[VID >>> 5] = 0;
            s.dtxswc &= ~0xFF00;
        });
        sender.send(Frames.tagged(Frames.broadcast(1, 100), CONTROL));
        engine.settle();
        assertThat(receiver.receive()).isEmpty();

        engine.with(s -> s.rctl &= ~(1 << 18));
        sender.send(Frames.tagged(Frames.broadcast(1, 100), CONTROL));
        engine.settle();

        assertThat(receiver.receive()).hasSize(1);
        assertThat(engine.guest(2).receive()).hasSize(1);
    }

    @Test
    @DisplayName("An untagged frame reaches pools with VMOLR.AUPE only")
    void untagged() {
        engine.with(s -> s.vmolr[2] &= ~TestSwitch.VMOLR_AUPE);

        sender.send(Frames.broadcast(1, 100));
        engine.settle();

        assertThat(receiver.receive()).hasSize(1);
        assertThat(engine.guest(2).receive()).isEmpty();
    }

    @Test
    @DisplayName("With VMOLR.STRVLAN the tag goes to the descriptor (VP), and each receiver gets it as its "
        + "pool wants it")
    void strip() {
        engine.with(s -> {
            s.vlan(200, 0b111);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });
        final byte[] plain = Frames.broadcast(1, 1496);

        sender.send(Frames.tagged(plain, 200));
        engine.settle();

        final Received stripped = receiver.receiveOne();
        assertThat(stripped.data()).isEqualTo(plain);
        assertThat(stripped.has(VP)).isTrue();
        assertThat(stripped.vlan()).isEqualTo(200);
        assertThat(engine.guest(2).receiveOne().data()).isEqualTo(Frames.tagged(plain, 200));
        assertThat(receiver.count(Counter.GORC)).as("octets on the wire").isEqualTo(1504);
    }

    @Test
    @DisplayName("VLE inserts the tag of the context descriptor")
    void insert() {
        final byte[] plain = Frames.unicast(1, 0, 200);

        sendWithVle(plain, CONTROL);

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.tagged(plain, CONTROL));
    }

    @Test
    @DisplayName("VLE on a frame that has a tag inserts a second, outer one")
    void insertOuter() {
        final byte[] inner = Frames.tagged(Frames.unicast(1, 0, 200), 9);

        sendWithVle(inner, CONTROL);

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.tagged(inner, CONTROL));
    }

    @Test
    @DisplayName("VLE inserts the tag of a legacy descriptor")
    void insertLegacy() {
        final byte[] plain = Frames.unicast(1, 0, 200);

        sender.post(sender.put(plain), plain.length | GuestModel.EOP | GuestModel.RS | GuestModel.VLE, CONTROL << 16);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.tagged(plain, CONTROL));
    }

    @ParameterizedTest
    @ValueSource(ints = {18, 40, 59, 60, 61, 64, 65})
    @DisplayName("A frame that comes with its tag is padded to 60 bytes, the tag included, and otherwise "
        + "arrives as it was")
    void paddingInBand(int length) {
        final byte[] frame = Frames.tagged(Frames.unicast(1, 0, length - 4), CONTROL);

        sender.send(frame);
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.padded(frame, 60));
    }

    @Test
    @DisplayName("A short frame is padded to 60 bytes after VLE has inserted its tag")
    void paddingInserted() {
        final byte[] plain = Frames.unicast(1, 0, 30);

        sendWithVle(plain, CONTROL);

        assertThat(receiver.receiveOne().data()).isEqualTo(Frames.padded(Frames.tagged(plain, CONTROL), 60));
    }

    @Test
    @DisplayName("VMVIR's default tag goes into every frame of the pool, and VLE is ignored")
    void defaultTag() {
        engine.with(s -> s.vmvir[1] = TestSwitch.VMVIR_INSERT | CONTROL);
        final byte[] plain = Frames.unicast(1, 0, 200);

        sender.send(plain);
        sendWithVle(plain, 200);

        assertThat(receiver.receive()).extracting(Received::data)
            .containsExactly(Frames.tagged(plain, CONTROL), Frames.tagged(plain, CONTROL));
    }

    @Test
    @DisplayName("VMVIR's default tag decides the VLAN the frame is in")
    void defaultTagMembership() {
        engine.with(s -> s.vmvir[1] = TestSwitch.VMVIR_INSERT | CONTROL);

        sender.send(Frames.broadcast(1, 200));
        engine.settle();

        assertThat(receiver.receive()).hasSize(1);
        assertThat(engine.guest(2).receive()).isEmpty();
    }

    @Test
    @DisplayName("VMVIR 'never' ignores VLE")
    void neverTag() {
        engine.with(s -> s.vmvir[1] = TestSwitch.VMVIR_NEVER);
        final byte[] plain = Frames.unicast(1, 0, 200);

        sendWithVle(plain, CONTROL);

        assertThat(receiver.receiveOne().data()).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {TestSwitch.VMVIR_INSERT | CONTROL, TestSwitch.VMVIR_NEVER})
    @DisplayName("Where VMVIR decides on the tag a frame that comes with one is dropped and counted")
    void taggedUnderPolicy(int vmvir) {
        engine.with(s -> s.vmvir[1] = vmvir);

        sender.send(Frames.tagged(Frames.unicast(1, 0, 200), CONTROL));
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(sender.count(Counter.SPOOFED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 16, 17})
    @DisplayName("A frame that ends inside its tag is not sent: padding would make a tag of it that nobody has checked")
    void tagCutOff(int length) {
        sender.send(Arrays.copyOf(Frames.tagged(Frames.broadcast(1, 100), CONTROL), length));
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
    }

    @Test
    @DisplayName("The tag counts for the length limit, stripped or not")
    void lengthLimit() {
        engine.with(s -> {
            s.maxFrame(0, 1522);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });

        sendWithVle(Frames.unicast(1, 0, 1514), CONTROL);
        sendWithVle(Frames.unicast(1, 0, 1515), CONTROL);

        assertThat(receiver.receive()).singleElement().extracting(f -> f.data().length).isEqualTo(1514);
        assertThat(receiver.count(Counter.OVERSIZE)).isEqualTo(1);
    }

    @Test
    @DisplayName("A tag that the frame brings counts in MACLEN: its checksum is inserted where the driver meant it")
    void checksumBehindTag() {
        final byte[] packet = Frames.between(1, 0, Packets.overIpv4(Packets.TCP, Packets.tcp(0x18, new byte[0]),
            Frames.data(100), 0x8100 << 16 | CONTROL));
        final byte[] given = OffloadTest.withPseudoHeader(packet, 18, 20, Packets.TCP);

        sender.postContext(0, 18, 20, 20, GuestModel.TCP, 0, 0);
        sender.postData(given, GuestModel.EOP | GuestModel.RS, GuestModel.TXSM);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(packet);
    }
}
