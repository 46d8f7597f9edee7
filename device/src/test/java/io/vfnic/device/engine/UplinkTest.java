package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.spi.FrameOffload.Segments;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.device.uplink.TestWire;
import io.vfnic.device.uplink.TestWire.Sent;
import io.vfnic.device.uplink.Uplink;
import io.vfnic.device.uplink.UplinkCounters;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import io.vfnic.device.watch.Watch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/**
 * Frames between functions and the wire (82576 facts, section 6: what goes to the wire, which pools get what comes from
 * it). VFs 0 and 2 are on the first agent, as the uplink is, VF 1 is on the second.
 */
class UplinkTest {
    private static final int LOOPBACK = 1 << 18;
    private static final long STRANGER = 0x0200_0000_0099L;

    private final TestEngine engine = TestEngine.running(3, 2);
    private final TestWire wire = new TestWire();
    private final UplinkCounters counters = new UplinkCounters();

    UplinkTest() {
        final EngineAgent first = engine.agents.getFirst();
        first.own(new Uplink(wire, counters, new Watch(() -> 0).point(Watch.UPLINK)));
        engine.fabric.uplinkOwner(first);
    }

    private static byte[] fromStranger(long destination, int length) {
        return Frames.addressed(Frames.to(destination, 0, length), destination, STRANGER);
    }

    private List<byte[]> sent() {
        return wire.take().stream().map(Sent::data).toList();
    }

    @Test
    @DisplayName("What no function has the address of goes out, from either agent; what one has does not")
    void unicastOut() {
        for (int vf = 0; vf < 2; vf++) {
            final byte[] frame = Frames.to(STRANGER, vf, 300 + vf);
            engine.guest(vf).send(frame, Frames.unicast(vf, 2, 100));
            engine.settle();

            assertThat(sent()).containsExactly(frame);
            assertThat(engine.guest(2).receive()).hasSize(1);
            assertThat(engine.guest(vf).count(Counter.NO_DESTINATION)).isZero();
        }
        assertThat(counters.snapshot(0).framesOut()).isEqualTo(2);
        assertThat(counters.snapshot(0).octetsOut()).isEqualTo(601);
        assertThat(wire.flushes).isPositive();
    }

    @Test
    @DisplayName("A broadcast goes to the other functions and out, once each, and is whole for all")
    void broadcastOut() {
        final byte[] frame = Frames.broadcast(1, 200);

        engine.guest(1).send(frame);
        engine.settle();

        assertThat(sent()).containsExactly(frame);
        assertThat(engine.guest(0).receiveOne().data()).isEqualTo(frame);
        assertThat(engine.guest(2).receiveOne().data()).isEqualTo(frame);
        assertThat(counters.ofVfs().get(Counter.BPTC)).isEqualTo(1);
    }

    @Test
    @DisplayName("Tags are in place outside, whoever put them there, and the card's own receivers see them as before")
    void tagsOut() {
        engine.with(s -> s.vlan(100, 7));
        final byte[] frame = Frames.broadcast(0, 200);
        engine.guest(0).postContext(0, 14, 0, 0, GuestModel.TCP, 0, 100);
        engine.guest(0).postData(frame, GuestModel.EOP | GuestModel.RS | GuestModel.VLE, 0);
        engine.guest(0).ring();
        engine.settle();

        assertThat(sent()).containsExactly(Frames.tagged(frame, 100));
        assertThat(engine.guest(1).receiveOne().data()).isEqualTo(Frames.tagged(frame, 100));
        assertThat(engine.guest(2).receiveOne().data()).isEqualTo(Frames.tagged(frame, 100));
    }

    @Test
    @DisplayName("What comes in reaches the function with its address, on either agent, and is not marked as looped")
    void unicastIn() {
        for (int vf = 0; vf < 2; vf++) {
            final byte[] frame = fromStranger(TestSwitch.macOf(vf), 700);
            wire.arrives(frame);
            engine.settle();

            final Received received = engine.guest(vf).receiveOne();
            assertThat(received.data()).isEqualTo(frame);
            assertThat(received.has(LOOPBACK)).isFalse();
            assertThat(engine.guest(vf).count(Counter.GPRC)).isEqualTo(1);
            assertThat(engine.guest(vf).count(Counter.GPRLBC)).isZero();
        }
        assertThat(engine.guest(2).receive()).isEmpty();
        assertThat(counters.snapshot(0).framesIn()).isEqualTo(2);
        assertThat(counters.snapshot(0).octetsIn()).isEqualTo(1400);
        assertThat(counters.ofVfs().get(Counter.GPRC)).isEqualTo(2);
    }

    @Test
    @DisplayName("A broadcast that comes in reaches all functions and does not go back")
    void broadcastIn() {
        wire.arrives(fromStranger(Frames.BROADCAST, 100));
        engine.settle();

        engine.guests.forEach(guest -> assertThat(guest.receive()).hasSize(1));
        assertThat(sent()).isEmpty();
        assertThat(counters.traffic().get(Counter.BPRC)).isEqualTo(1);
    }

    @Test
    @DisplayName("What nobody wants is dropped and counted: another station's frame, a VLAN without members")
    void unwanted() {
        wire.arrives(fromStranger(STRANGER + 1, 100));
        wire.arrives(Frames.tagged(fromStranger(Frames.BROADCAST, 100), 55));
        engine.settle();

        engine.guests.forEach(guest -> assertThat(guest.receive()).isEmpty());
        assertThat(counters.drops(Drop.IN_UNWANTED)).isEqualTo(2);
        assertThat(counters.snapshot(0).framesIn()).isZero();
    }

    @Test
    @DisplayName("A tagged frame reaches the members of its VLAN, its tag stripped where the pool wants that")
    void vlanIn() {
        engine.with(s -> {
            s.vlan(100, 3);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });
        final byte[] frame = fromStranger(Frames.BROADCAST, 100);
        wire.arrives(Frames.tagged(frame, 0x6064));
        engine.settle();

        final Received stripped = engine.guest(0).receiveOne();
        assertThat(stripped.data()).isEqualTo(frame);
        assertThat(stripped.vlan()).isEqualTo(0x6064);
        assertThat(engine.guest(1).receiveOne().data()).isEqualTo(Frames.tagged(frame, 0x6064));
        assertThat(engine.guest(2).receive()).isEmpty();
    }

    @Test
    @DisplayName("Where the far side takes no more, frames are dropped and counted, and the guest goes on")
    void full() {
        wire.outcome = UplinkPort.Sent.FULL;
        engine.guest(0).send(Frames.to(STRANGER, 0, 100), Frames.unicast(0, 1, 100));
        wire.outcome = UplinkPort.Sent.FULL;
        engine.settle();

        assertThat(engine.guest(0).isDone(1)).isTrue();
        assertThat(engine.guest(1).receive()).hasSize(1);
        assertThat(counters.drops(Drop.OUT_FULL)).isEqualTo(1);
        assertThat(counters.snapshot(0).framesOut()).isZero();

        wire.outcome = UplinkPort.Sent.LINK_DOWN;
        engine.guest(0).send(Frames.to(STRANGER, 0, 100));
        engine.settle();
        wire.outcome = UplinkPort.Sent.REFUSED;
        engine.guest(0).send(Frames.to(STRANGER, 0, 100));
        engine.settle();

        assertThat(counters.snapshot(0).drops())
            .containsEntry(Drop.OUT_LINK_DOWN, 1L).containsEntry(Drop.OUT_REFUSED, 1L);
    }

    @Test
    @DisplayName("A full ring between agents means counted drops, of the sender's on the way out, of the uplink's on " +
        "the way in")
    void ringFull() {
        engine.with(s -> s.maxFrame(1, 9728));
        final byte[] out = Frames.to(STRANGER, 1, 9000);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                engine.guest(1).postData(out, GuestModel.EOP | GuestModel.RS, 0);
            }
            engine.guest(1).ring();
            while (engine.agents.get(1).doWork() > 0) {
                assertThat(engine.guest(1).failures).isEmpty();
            }
        }
        final long droppedOut = engine.guest(1).count(Counter.RING_FULL);
        engine.settle();
        assertThat(droppedOut).isPositive();
        assertThat(sent()).hasSize(200 - (int)droppedOut);

        for (int i = 0; i < 200; i++) {
            wire.arrives(fromStranger(TestSwitch.macOf(1), 9000));
        }
        while (engine.agents.get(0).doWork() > 0) {
            assertThat(engine.guest(1).failures).isEmpty();
        }
        final long droppedIn = counters.drops(Drop.IN_RING_FULL);
        engine.settle();

        assertThat(droppedIn).isPositive();
        assertThat(engine.guest(1).count(Counter.TPR)).isEqualTo(200 - droppedIn);
    }

    @Test
    @DisplayName("A duty cycle takes a bounded number of frames from the wire, and serves its pools in between")
    void budget() {
        for (int i = 0; i < 100; i++) {
            wire.arrives(fromStranger(TestSwitch.macOf(0), 100));
        }
        engine.guest(2).send(Frames.to(STRANGER, 2, 100));

        engine.agents.getFirst().doWork();

        assertThat(counters.snapshot(0).framesIn()).isBetween(1L, 99L);
        assertThat(sent()).hasSize(1);
        engine.settle();
        assertThat(counters.snapshot(0).framesIn()).isEqualTo(100);
    }

    @Test
    @DisplayName("A frame that is longer than the pool may receive is dropped there; one that is longer than any is " +
        "at the port")
    void oversize() {
        wire.arrives(fromStranger(TestSwitch.macOf(0), 1519));
        wire.arrives(fromStranger(TestSwitch.macOf(0), 9725));
        wire.arrives(fromStranger(TestSwitch.macOf(0), 20_000));
        engine.settle();

        assertThat(engine.guest(0).receive()).isEmpty();
        assertThat(engine.guest(0).count(Counter.OVERSIZE)).isEqualTo(1);
        assertThat(counters.drops(Drop.IN_OVERSIZE)).isEqualTo(2);
    }

    @Test
    @DisplayName("A checksum that was left to do is right at the guest, and reported as checked")
    void checksumIn() {
        final byte[] packet = Frames.addressed(
            OffloadTest.packet(4, Packets.TCP, 500), TestSwitch.macOf(1), STRANGER);

        wire.arrives(OffloadTest.withPseudoHeader(packet, 14, 20, Packets.TCP), left -> left.checksum(34, 50));
        engine.settle();

        final Received received = engine.guest(1).receiveOne();
        assertThat(received.data()).isEqualTo(packet);
        assertThat(received.has(ReceiveChecksum.L4CS | ReceiveChecksum.IPCS)).isTrue();
        assertThat(received.has(ReceiveChecksum.L4E)).isFalse();
        assertThat(received.has(ReceiveChecksum.IPE)).isFalse();
    }

    @Test
    @DisplayName("Nothing is asked of the far side that the sender did not leave to do")
    void completeOut() {
        engine.guest(0).send(Frames.to(STRANGER, 0, 100));
        engine.settle();

        final Sent out = wire.take().getFirst();
        assertThat(out.checksumStart()).isEqualTo(-1);
        assertThat(out.segments()).isEqualTo(Segments.NONE);
    }

    private static byte[] largeHeaders(int version, int macs) {
        return Frames.addressed(SegmentationTest.headers(version, Packets.TCP), STRANGER, TestSwitch.macOf(macs));
    }

    private void postLarge(GuestModel guest, int version, byte[] headers, byte[] payload, int vlan) {
        final int ipLength = version == 4 ? 20 : 40;
        guest.postContext(0, 14, ipLength, headers.length - 14 - ipLength, GuestModel.TCP, 1400, vlan);
        final int flags = GuestModel.DATA | GuestModel.TSE | (vlan == 0 ? 0 : GuestModel.VLE);
        final int options = GuestModel.TXSM | (version == 4 ? GuestModel.IXSM : 0) | payload.length << 14;
        guest.post(guest.put(headers), flags | headers.length, options);
        guest.post(guest.put(payload), flags | GuestModel.EOP | GuestModel.RS | payload.length, options);
        guest.ring();
        engine.settle();
    }

    @ParameterizedTest
    @CsvSource({"4,0", "6,0", "4,100", "6,100"})
    @DisplayName("A large send over TCP leaves in one piece where the far side cuts it, described and with right " +
        "headers")
    void largeSendOut(int version, int vlan) {
        engine.with(s -> s.vlan(100, 7));
        wire.offloads = true;
        final byte[] headers = largeHeaders(version, 0);
        final byte[] payload = Frames.data(15_000);

        postLarge(engine.guest(0), version, headers, payload, vlan);

        final int tag = vlan == 0 ? 0 : 4;
        final int l4 = (version == 4 ? 34 : 54) + tag;
        final Sent out = wire.take().getFirst();
        assertThat(out.data()).hasSize(headers.length + tag + payload.length).endsWith(payload);
        assertThat(out.checksumStart()).isEqualTo(l4);
        assertThat(out.checksumField()).isEqualTo(l4 + 16);
        assertThat(out.segments()).isEqualTo(version == 4 ? Segments.TCP_IPV4 : Segments.TCP_IPV6);
        assertThat(out.segmentSize()).isEqualTo(1400);
        assertThat(out.headerLength()).isEqualTo(headers.length + tag);
        assertThat(counters.snapshot(0).framesOut()).isEqualTo(11);
        assertThat(counters.snapshot(0).octetsOut()).isEqualTo(11L * (headers.length + tag) + payload.length);
        assertThat(engine.guest(0).count(Counter.GPTC)).isEqualTo(11);
        assertThat(engine.guest(0).isDone(2)).isTrue();

        // Sent back by a far side that cuts nothing, it is what the guest would have sent in segments.
        wire.arrives(Frames.addressed(out.data().clone(), TestSwitch.macOf(1), STRANGER), left -> {
            left.checksum(out.checksumStart(), out.checksumField());
            left.segments(out.segments(), out.segmentSize(), out.headerLength());
        });
        engine.settle();
        assertThat(engine.guest(1).receive()).hasSize(11).allMatch(frame -> frame.has(ReceiveChecksum.L4CS)
            && !frame.has(ReceiveChecksum.L4E) && !frame.has(ReceiveChecksum.IPE));
    }

    @Test
    @DisplayName("The headers of a large send in one piece are those of a packet as long: a receiver that cuts " +
        "nothing finds no fault")
    void largeSendIsAPacket() {
        wire.offloads = true;
        final byte[] payload = Frames.data(8_000);
        postLarge(engine.guest(0), 4, largeHeaders(4, 0), payload, 0);
        final Sent out = wire.take().getFirst();
        engine.with(s -> s.maxFrame(1, 9728));

        wire.arrives(Frames.addressed(out.data().clone(), TestSwitch.macOf(1), STRANGER),
            left -> left.checksum(out.checksumStart(), out.checksumField()));
        engine.settle();

        final Received received = engine.guest(1).receiveOne();
        assertThat(received.data()).endsWith(payload);
        assertThat(received.has(ReceiveChecksum.L4CS | ReceiveChecksum.IPCS)).isTrue();
        assertThat(received.has(ReceiveChecksum.IPE)).isFalse();
        final byte[] summed = received.data().clone();
        Packets.put(summed, 50, 0);
        assertThat(received.data()).isEqualTo(Packets.finish(summed, 14, 20, Packets.TCP));
    }

    @Test
    @DisplayName("A large send leaves in segments where the far side cuts none, where it also goes to a function, or " +
        "from the other agent")
    void largeSendInSegments() {
        final byte[] payload = Frames.data(2_800);
        postLarge(engine.guest(0), 4, largeHeaders(4, 0), payload, 0);
        assertThat(wire.take()).hasSize(2).allMatch(out -> out.segments() == Segments.NONE);

        wire.offloads = true;
        postLarge(engine.guest(0), 4, Frames.addressed(largeHeaders(4, 0), Frames.BROADCAST, TestSwitch.macOf(0)),
            payload, 0);
        assertThat(wire.take()).hasSize(2).allMatch(out -> out.segments() == Segments.NONE);
        assertThat(engine.guest(2).receive()).hasSize(2);

        postLarge(engine.guest(1), 4, largeHeaders(4, 1), payload, 0);
        assertThat(wire.take()).hasSize(2).allMatch(out -> out.segments() == Segments.NONE);
    }

    @Test
    @DisplayName("A large send that is spoofed is dropped segment by segment; one that finds no room is counted by " +
        "its segments")
    void largeSendDropped() {
        wire.offloads = true;
        final byte[] payload = Frames.data(2_800);
        postLarge(engine.guest(0), 4, largeHeaders(4, 2), payload, 0);
        assertThat(wire.take()).isEmpty();
        assertThat(engine.guest(0).count(Counter.SPOOFED)).isEqualTo(2);

        wire.outcome = UplinkPort.Sent.FULL;
        postLarge(engine.guest(0), 4, largeHeaders(4, 0), payload, 0);
        assertThat(counters.drops(Drop.OUT_FULL)).isEqualTo(2);
    }

    @Test
    @DisplayName("While the port's link is down a VF that is shown one reaches the others, and nothing goes out or " +
        "comes in")
    void portDown() {
        wire.offloads = true;
        engine.with(s -> {
            s.linkUp = false;
            s.forcedUp = 7;
        });

        for (int vf = 0; vf < 2; vf++) {
            engine.guest(vf).send(Frames.to(STRANGER, vf, 100), Frames.unicast(vf, 2, 100));
        }
        engine.settle();
        postLarge(engine.guest(0), 4, largeHeaders(4, 0), Frames.data(2_800), 0);
        wire.arrives(fromStranger(TestSwitch.macOf(2), 100));
        engine.settle();

        assertThat(engine.guest(2).receive()).hasSize(2);
        assertThat(sent()).isEmpty();
        assertThat(counters.drops(Drop.OUT_LINK_DOWN)).as("two frames and two segments").isEqualTo(4);
        assertThat(counters.drops(Drop.IN_LINK_DOWN)).isEqualTo(1);

        engine.with(s -> s.linkUp = true);
        engine.guest(0).send(Frames.to(STRANGER, 0, 100));
        wire.arrives(fromStranger(TestSwitch.macOf(2), 100));
        engine.settle();
        assertThat(sent()).hasSize(1);
        assertThat(engine.guest(2).receive()).hasSize(1);
    }

    @Test
    @DisplayName("In PHY loopback nothing goes out, and what comes in still does")
    void loopback() {
        engine.with(s -> {
            s.wireLoopback = true;
        });
        engine.guest(0).send(Frames.to(STRANGER, 0, 100));
        wire.arrives(fromStranger(TestSwitch.macOf(0), 100));
        engine.settle();

        assertThat(sent()).isEmpty();
        assertThat(engine.guest(0).receive()).hasSize(1);
    }
}
