package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.PacketType;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.frame.Reference;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;

/** Checksum offload both ways and contexts (82576 facts, sections 4 and 5). */
class OffloadTest {
    private static final int IPCS = ReceiveChecksum.IPCS;
    private static final int L4CS = ReceiveChecksum.L4CS;
    private static final int UDPCS = ReceiveChecksum.UDPCS;
    private static final int CHECKSUM_BITS =
        IPCS | L4CS | UDPCS | ReceiveChecksum.IPE | ReceiveChecksum.L4E;

    private final TestEngine engine = TestEngine.running(2);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);

    /** The packet as a driver hands it over for TXSM: the checksum field holds the pseudo-header's sum. */
    static byte[] withPseudoHeader(byte[] packet, int ip, int ipLength, int protocol) {
        final byte[] given = packet.clone();
        final int l4 = ip + ipLength;
        if (protocol == Packets.SCTP) {
            Arrays.fill(given, l4 + 8, l4 + 12, (byte)0);
            return given;
        }
        final boolean v4 = (given[ip] & 0xF0) == 0x40;
        final byte[] pseudo = Packets.join(
            Arrays.copyOfRange(given, ip + (v4 ? 12 : 8), ip + (v4 ? 20 : 40)),
            Packets.word(protocol), Packets.word(given.length - l4));
        Packets.put(given, l4 + (protocol == Packets.TCP ? 16 : 6), Reference.sum(pseudo, 0, pseudo.length));
        return given;
    }

    static byte[] l4Header(int protocol, int length) {
        return switch (protocol) {
            case Packets.TCP -> Packets.tcp(0x18, new byte[0]);
            case Packets.UDP -> Packets.udp(length);
            default -> Packets.sctp();
        };
    }

    static byte[] packet(int version, int protocol, int length) {
        return Frames.between(1, 0, version == 4
            ? Packets.overIpv4(protocol, l4Header(protocol, length), Frames.data(length))
            : Packets.overIpv6(protocol, l4Header(protocol, length), Frames.data(length)));
    }

    private static int l4Type(int protocol) {
        return protocol == Packets.TCP ? GuestModel.TCP : protocol == Packets.UDP ? GuestModel.UDP : GuestModel.SCTP;
    }

    private static int packetType(int version, int protocol) {
        return (version == 4 ? PacketType.IPV4 : PacketType.IPV6)
            | (protocol == Packets.TCP ? PacketType.TCP : protocol == Packets.UDP ? PacketType.UDP : PacketType.SCTP);
    }

    @ParameterizedTest
    @CsvSource({"4,6,100", "4,17,100", "4,132,100", "6,6,100", "6,17,100", "6,132,100", "4,6,0", "6,17,0", "4,6,1460",
        "4,17,1472", "6,6,1440", "4,6,1459", "6,132,1001"})
    @DisplayName("TXSM puts in the TCP, UDP or SCTP checksum, IXSM the IPv4 header's; the receiver hears "
        + "that they are good")
    void insertChecksums(int version, int protocol, int length) {
        final byte[] packet = packet(version, protocol, length);
        final int ipLength = version == 4 ? 20 : 40;
        final byte[] given = withPseudoHeader(packet, 14, ipLength, protocol);
        if (version == 4) {
            Packets.put(given, 24, 0);
        }

        sender.postContext(0, 14, ipLength, 0, l4Type(protocol), 0, 0);
        sender.postData(given, GuestModel.EOP | GuestModel.RS,
            GuestModel.TXSM | (version == 4 ? GuestModel.IXSM : 0));
        sender.ring();
        engine.settle();

        final Received received = receiver.receiveOne();
        assertThat(received.data()).isEqualTo(Frames.padded(packet, 60));
        assertThat(received.type()).isEqualTo(packetType(version, protocol));
        assertThat(received.status() & CHECKSUM_BITS)
            .isEqualTo((version == 4 ? IPCS : 0) | L4CS | (protocol == Packets.UDP ? UDPCS : 0));
    }

    @ParameterizedTest
    @CsvSource({"4,6", "4,17", "4,132", "6,6", "6,17", "6,132"})
    @DisplayName("A checksum that the sender computed is verified: good and bad ones are told apart")
    void validate(int version, int protocol) {
        final byte[] good = packet(version, protocol, 100);
        final byte[] bad = good.clone();
        bad[bad.length - 1] ^= 1;

        sender.send(good, bad);
        engine.settle();

        final int bits = (version == 4 ? IPCS : 0) | L4CS | (protocol == Packets.UDP ? UDPCS : 0);
        assertThat(receiver.receive()).extracting(f -> f.status() & CHECKSUM_BITS)
            .containsExactly(bits, bits | ReceiveChecksum.L4E);
    }

    @Test
    @DisplayName("A bad IPv4 header checksum is told even if the card put in the TCP checksum")
    void badHeaderChecksum() {
        final byte[] packet = packet(4, Packets.TCP, 100);
        packet[24] ^= 1;

        sender.postContext(0, 14, 20, 0, GuestModel.TCP, 0, 0);
        sender.postData(withPseudoHeader(packet, 14, 20, Packets.TCP), GuestModel.EOP | GuestModel.RS, GuestModel.TXSM);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().status() & CHECKSUM_BITS).isEqualTo(IPCS | L4CS | ReceiveChecksum.IPE);
    }

    @Test
    @DisplayName("TXSM for an inner header says nothing of the outer one, which is verified")
    void innerChecksum() {
        final byte[] inner = packet(4, Packets.TCP, 100);
        final byte[] data = Packets.join(Packets.hex("0800000000000100"), inner);
        final byte[] good = Frames.between(1, 0, Packets.overIpv4(Packets.UDP, Packets.udp(data.length), data));
        final byte[] bad = good.clone();
        bad[41] ^= 1;
        for (byte[] frame : new byte[][] {good, bad}) {
            final int innerIp = 14 + 20 + 8 + 8 + 14;
            sender.postContext(0, 14, innerIp - 14 + 20, 0, GuestModel.TCP, 0, 0);
            sender.postData(withPseudoHeader(frame, innerIp, 20, Packets.TCP), GuestModel.EOP | GuestModel.RS,
                GuestModel.TXSM);
        }
        sender.ring();
        engine.settle();

        final List<Received> received = receiver.receive();
        assertThat(received.getFirst().data()).isEqualTo(good);
        assertThat(received).extracting(f -> f.status() & CHECKSUM_BITS)
            .containsExactly(IPCS | L4CS | UDPCS, IPCS | L4CS | UDPCS | ReceiveChecksum.L4E);
    }

    @Test
    @DisplayName("With RXCSUM's IPOFL, TUOFL and CRCOFL off nothing is claimed")
    void validationOff() {
        engine.with(s -> s.rxcsum = 0);

        sender.send(packet(4, Packets.TCP, 100), packet(6, Packets.SCTP, 100));
        engine.settle();

        assertThat(receiver.receive()).hasSize(2).allMatch(f -> (f.status() & CHECKSUM_BITS) == 0);
    }

    @Test
    @DisplayName("One context serves many packets until it is overwritten, and two contexts alternate (IDX)")
    void contexts() {
        final byte[] tcp = packet(4, Packets.TCP, 100);
        final byte[] udp = packet(6, Packets.UDP, 100);
        sender.postContext(0, 14, 20, 0, GuestModel.TCP, 0, 0);
        sender.postContext(1, 14, 40, 0, GuestModel.UDP, 0, 0);
        sender.ring();
        engine.settle();
        assertThat(sender.transmitHead()).as("contexts are done as soon as they are read").isEqualTo(2);

        for (int i = 0; i < 3; i++) {
            sender.postData(withPseudoHeader(tcp, 14, 20, Packets.TCP), GuestModel.EOP, GuestModel.TXSM);
            sender.postData(withPseudoHeader(udp, 14, 40, Packets.UDP), GuestModel.EOP, GuestModel.TXSM | 1 << 4);
        }
        sender.ring();
        engine.settle();

        assertThat(receiver.receive()).extracting(Received::data).containsExactly(tcp, udp, tcp, udp, tcp, udp);

        sender.postContext(0, 14, 40, 0, GuestModel.UDP, 0, 0);
        sender.postData(withPseudoHeader(udp, 14, 40, Packets.UDP), GuestModel.EOP, GuestModel.TXSM);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(udp);
    }

    @Test
    @DisplayName("A context with RS alone is reported")
    void contextReport() {
        final int index = sender.post(14 << 9, GuestModel.DEXT | 2 << 20 | GuestModel.RS, 0);
        sender.ring();
        engine.settle();

        assertThat(sender.isDone(index)).isTrue();
        assertThat(sender.raised(GuestModel.VECTOR_TX)).isEqualTo(1);
    }

    @Test
    @DisplayName("A ring full of contexts takes no more of a duty cycle than a ring full of frames")
    void contextsHaveABudget() {
        for (int i = 0; i < 100; i++) {
            sender.postContext(0, 14, 20, 0, 0, 0, 0);
        }
        sender.ring();

        engine.step();

        assertThat(sender.transmitHead()).isEqualTo(64);
    }

    @Test
    @DisplayName("A context inside a packet is passed over")
    void contextInsidePacket() {
        final byte[] frame = Frames.unicast(1, 0, 100);
        final long at = sender.put(frame);
        sender.postContext(0, 14, 20, 0, GuestModel.TCP, 0, 0);
        sender.post(at, GuestModel.DATA | 50, 0);
        sender.postContext(0, 1, 2, 3, GuestModel.UDP, 4, 5);
        sender.post(at + 50, GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 50, 0);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(frame);
        assertThat(sender.isDone(3)).isTrue();
        assertThat(sender.transmitHead()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 100, 127})
    @DisplayName("A checksum that MACLEN and IPLEN put outside of the frame makes the packet an error, which is done")
    void checksumOutside(int macLength) {
        sender.postContext(0, macLength, macLength == 0 ? 511 : 90, 0, GuestModel.TCP, 0, 0);
        sender.postData(Frames.unicast(1, 0, 100), GuestModel.EOP | GuestModel.RS, GuestModel.TXSM);
        sender.ring();
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(sender.isDone(1)).isTrue();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
    }

    @Test
    @DisplayName("Legacy descriptors: IC sums from CSS to the end and stores at CSO")
    void legacyChecksum() {
        final byte[] packet = packet(4, Packets.UDP, 101);
        final byte[] given = withPseudoHeader(packet, 14, 20, Packets.UDP);

        sender.post(sender.put(given),
            given.length | 40 << 16 | GuestModel.EOP | GuestModel.RS | GuestModel.IC | GuestModel.IFCS, 34 << 8);
        sender.ring();
        engine.settle();

        assertThat(receiver.receiveOne().data()).isEqualTo(packet);
        assertThat(sender.isDone(0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"255,20", "254,255", "0,0", "98,99"})
    @DisplayName("Legacy IC: any CSO and CSS inside the frame are followed")
    void legacyChecksumAnywhere(int cso, int css) {
        final byte[] frame = Frames.unicast(1, 0, 400);
        Packets.put(frame, cso, 0);
        final byte[] expected = frame.clone();
        Packets.put(expected, cso, ~Reference.sum(frame, css, frame.length - css));
        engine.with(s -> s.dtxswc &= ~0xFF);

        sender.post(sender.put(frame), frame.length | cso << 16 | GuestModel.EOP | GuestModel.RS | GuestModel.IC,
            css << 8);
        sender.ring();
        engine.settle();

        final List<Received> received = receiver.receive();
        if (cso >= 6) {
            assertThat(received).singleElement().extracting(Received::data).isEqualTo(expected);
        } else {
            assertThat(received).as("the checksum went over the destination").isEmpty();
        }
        assertThat(sender.isDone(0)).isTrue();
    }
}
