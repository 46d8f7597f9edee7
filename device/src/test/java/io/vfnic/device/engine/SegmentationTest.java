package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.frame.Reference;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/** Large sends that the card cuts into frames (TSE; 82576 facts, section 5). */
class SegmentationTest {
    private static final int BAD = ReceiveChecksum.IPE | ReceiveChecksum.L4E;

    private final TestEngine engine = TestEngine.running(2);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);

    /** Headers as Linux hands them over: lengths 0, the checksum seeded with the pseudo-header without its length. */
    static byte[] headers(int version, int protocol) {
        final byte[] l4 = protocol == Packets.TCP ? Packets.tcp(0x19, new byte[12]) : Packets.udp(0);
        final byte[] ip = version == 4 ? Packets.ipv4(protocol, 0) : Packets.ipv6(protocol, 0);
        Packets.put(ip, version == 4 ? 2 : 4, 0);
        if (version == 4) {
            Packets.put(ip, 10, 0);
        }
        final byte[] pseudo = Packets.join(
            version == 4 ? Packets.IPV4_ADDRESSES : Packets.IPV6_ADDRESSES, Packets.word(protocol));
        Packets.put(l4, protocol == Packets.TCP ? 16 : 6, Reference.sum(pseudo, 0, pseudo.length));
        return Frames.between(1, 0, Packets.join(Packets.ethernet(version == 4 ? 0x0800 : 0x86DD), ip, l4));
    }

    private int post(int version, int protocol, int mss, byte[] payload) {
        final byte[] headers = headers(version, protocol);
        final int ipLength = version == 4 ? 20 : 40;
        sender.postContext(0, 14, ipLength, headers.length - 14 - ipLength,
            protocol == Packets.TCP ? GuestModel.TCP : GuestModel.UDP, mss, 0);
        final int options = GuestModel.TXSM | (version == 4 ? GuestModel.IXSM : 0) | payload.length << 14;
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, options);
        int done = 0;
        int index = -1;
        while (done < payload.length) {
            final int part = Math.min(16384, payload.length - done);
            final boolean last = done + part == payload.length;
            index = sender.post(sender.put(Arrays.copyOfRange(payload, done, done + part)),
                GuestModel.DATA | GuestModel.TSE
                | part | (last ? GuestModel.EOP | GuestModel.RS : 0), options);
            done += part;
        }
        sender.ring();
        return index;
    }

    private static byte[] payloads(List<Received> frames, int headerLength, int mss, int total) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        int rest = total;
        for (Received frame : frames) {
            final int part = Math.min(mss, rest);
            all.write(frame.data(), headerLength, part);
            rest -= part;
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"4,6,1448,64000", "6,6,1428,64000", "4,17,1472,20000", "6,17,1452,20000", "4,6,1448,1449",
        "6,6,1428,1429",
        "4,17,1000,1001", "4,6,1448,1448", "4,6,1448,1", "4,6,536,5360"})
    @DisplayName("A large send arrives in segments of MSS bytes with right headers and checksums, the "
        + "smallest last one too")
    void segments(int version, int protocol, int mss, int length) {
        final byte[] payload = Frames.data(length);
        final int index = post(version, protocol, mss, payload);
        engine.settle();

        final List<Received> frames = receiver.receive();
        final int ipLength = version == 4 ? 20 : 40;
        final int l4 = 14 + ipLength;
        final int headerLength = l4 + (protocol == Packets.TCP ? 32 : 8);
        assertThat(frames).hasSize((length + mss - 1) / mss).allMatch(f -> (f.status() & BAD) == 0)
            .allMatch(f -> f.has(ReceiveChecksum.L4CS));
        assertThat(payloads(frames, headerLength, mss, length)).isEqualTo(payload);
        for (int k = 0; k < frames.size(); k++) {
            final byte[] frame = frames.get(k).data();
            final int segment = Math.min(mss, length - k * mss);
            final int l4Length = headerLength - l4 + segment;
            assertThat(frame).hasSize(Math.max(60, headerLength + segment));
            assertThat(Reference.word(frame, version == 4 ? 16 : 18)).isEqualTo(l4Length + (version == 4 ? 20 : 0));
            assertThat(Reference.l4Sum(frame, 14, l4, l4Length, protocol)).as("checksum of segment %d", k)
                .isEqualTo(0xFFFF);
            if (version == 4) {
                assertThat(Reference.sum(frame, 14, 20)).isEqualTo(0xFFFF);
                assertThat(Reference.word(frame, 18)).as("identification").isEqualTo(0x1234 + k);
            }
            if (protocol == Packets.TCP) {
                assertThat((int)Reference.dword(frame, l4 + 4)).as("sequence").isEqualTo(0xFFFFFFF0 + k * mss);
                assertThat(frame[l4 + 13]).as("FIN and PSH on the last only")
                    .isEqualTo((byte)(k == frames.size() - 1 ? 0x19 : 0x10));
            } else {
                assertThat(Reference.word(frame, l4 + 4)).isEqualTo(l4Length);
            }
        }
        assertThat(sender.isDone(index)).isTrue();
        assertThat(sender.count(Counter.GPTC)).isEqualTo(frames.size());
        assertThat(sender.raised(GuestModel.VECTOR_TX)).isEqualTo(1);
    }

    @Test
    @DisplayName("A tunnel's headers that count in IPLEN: the outer IPv4 checksum is right, since igbvf's "
        + "seed cancels them out")
    void tunnel() {
        final byte[] inner = headers(4, Packets.TCP);
        // What igbvf does (GSO partial): outer IPv4 and UDP, VXLAN and all inner headers before TCP are IPLEN.
        Packets.put(inner, 16, 20 + 32 + 1000);
        Packets.put(inner, 24, ~Reference.sum(inner, 14, 20));
        final byte[] behindIp = Packets.join(Packets.word(40000), Packets.word(4789), Packets.word(8 + 8 + 66 + 1000),
            Packets.word(0), Packets.hex("0800000000000100"), inner);
        final int tunnelLength = 8 + 8 + 14 + 20;
        final byte[] ip = Packets.ipv4(Packets.UDP, 0);
        Packets.put(ip, 2, 0);
        Packets.put(ip, 10, ~Reference.sum(behindIp, 0, tunnelLength));
        final byte[] headers = Frames.between(1, 0, Packets.join(Packets.ethernet(0x0800), ip, behindIp));
        final byte[] payload = Frames.data(3000);
        sender.postContext(0, 14, 20 + tunnelLength, 32, GuestModel.TCP, 1000, 0);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length,
            GuestModel.TXSM | GuestModel.IXSM);
        sender.post(sender.put(payload), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | payload.length, 0);
        sender.ring();
        engine.settle();

        final List<Received> frames = receiver.receive();
        assertThat(frames).hasSize(3);
        assertThat(payloads(frames, headers.length, 1000, 3000)).isEqualTo(payload);
        for (Received frame : frames) {
            assertThat(Reference.sum(frame.data(), 14, 20)).as("outer IPv4 header").isEqualTo(0xFFFF);
            assertThat(frame.status() & BAD).isZero();
            assertThat(frame.has(ReceiveChecksum.L4CS)).as("the outer UDP has no checksum to vouch for").isFalse();
            assertThat(Reference.word(frame.data(), 16)).isEqualTo(20 + tunnelLength + 32 + 1000);
            assertThat(Reference.l4Sum(frame.data(), 14 + 20 + 8 + 8 + 14, headers.length - 32, 1032, Packets.TCP))
                .as("inner TCP").isEqualTo(0xFFFF);
        }
    }

    @Test
    @DisplayName("A tag asked for with VLE is in every segment")
    void tagged() {
        engine.with(s -> {
            s.vlan(100, 3);
            s.vmolr[0] |= TestSwitch.VMOLR_STRIP;
        });
        final byte[] headers = headers(4, Packets.TCP);
        final byte[] payload = Frames.data(5000);
        sender.postContext(0, 14, 20, 32, GuestModel.TCP, 1448, 100);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | GuestModel.VLE | headers.length,
            GuestModel.TXSM);
        sender.post(sender.put(payload), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | payload.length, 0);
        sender.ring();
        engine.settle();

        final List<Received> frames = receiver.receive();
        assertThat(frames).hasSize(4).allMatch(f -> f.vlan() == 100 && f.has(1 << 3));
        assertThat(payloads(frames, 66, 1448, 5000)).isEqualTo(payload);
    }

    @Test
    @DisplayName("A send of more segments than the budget goes on in the next duty cycle, other guests get "
        + "their turn between")
    void resumes() {
        final byte[] payload = Frames.data(100 * 100);
        final int index = post(4, Packets.TCP, 100, payload);
        receiver.send(Frames.unicast(0, 1, 60));

        engine.step();

        assertThat(receiver.count(Counter.GPRC)).isBetween(1L, 64L);
        assertThat(sender.isDone(index)).isFalse();
        assertThat(sender.receive()).hasSize(1);
        assertThat(sender.transmitHead()).as("the head stays at the packet").isEqualTo(1);

        engine.settle();

        assertThat(payloads(receiver.receive(), 66, 100, payload.length)).isEqualTo(payload);
        assertThat(sender.isDone(index)).isTrue();
    }

    @Test
    @DisplayName("MSS 1, as no driver asks: a frame per byte, cut into budgets, and nobody is harmed")
    void mssOne() {
        final byte[] payload = Frames.data(3000);
        final int index = post(4, Packets.TCP, 1, payload);
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        int cycles = 0;
        while (!sender.isDone(index)) {
            engine.step();
            receiver.receive().forEach(f -> all.write(f.data(), 66, 1));
            cycles++;
        }

        assertThat(all.toByteArray()).isEqualTo(payload);
        assertThat(cycles).isGreaterThanOrEqualTo(3000 / 64);
    }

    @ParameterizedTest
    @CsvSource({"0,20,32,1448", "14,0,32,1448", "14,20,0,1448", "14,20,32,0", "14,20,255,1448", "127,511,255,1448",
        "14,20,32,9700", "14,20,32,65535"})
    @DisplayName("Lengths that contradict the packet, or segments longer than a frame may be, make it an "
        + "error, which is done")
    void hostileLengths(int macLength, int ipLength, int l4Length, int mss) {
        final byte[] headers = headers(4, Packets.TCP);
        sender.postContext(0, macLength, ipLength, l4Length, GuestModel.TCP, mss, 0);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, GuestModel.TXSM);
        final boolean shortSend = l4Length == 255;
        sender.post(sender.put(new byte[30000]),
            GuestModel.DATA | GuestModel.EOP | GuestModel.RS | (shortSend ? 10 : 30000), 0);
        sender.ring();
        engine.settle();

        assertThat(receiver.receive()).isEmpty();
        assertThat(sender.isDone(2)).isTrue();
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
    }

    @Test
    @DisplayName("A send of a quarter of a million bytes is sent, a longer one is an error")
    void longest() {
        final byte[] headers = headers(4, Packets.TCP);
        final long buffer = sender.put(new byte[0x8000]);
        for (int pieces : new int[] {7, 9}) {
            sender.postContext(0, 14, 20, 32, GuestModel.TCP, 9000, 0);
            sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, GuestModel.TXSM);
            for (int i = 0; i < pieces; i++) {
                sender.post(buffer, GuestModel.DATA | 0x8000 | (i == pieces - 1 ? GuestModel.EOP
                    | GuestModel.RS : 0), 0);
            }
        }
        engine.with(s -> s.maxFrame(0, 9728));
        sender.ring();
        engine.settle();

        assertThat(receiver.count(Counter.GPRC) + receiver.count(Counter.NO_DESCRIPTOR))
            .isEqualTo((7 * 0x8000 + 8999) / 9000);
        assertThat(sender.count(Counter.DMA_ERROR)).isEqualTo(1);
        assertThat(sender.transmitHead()).isEqualTo(2 + 7 + 2 + 9);
    }
}
