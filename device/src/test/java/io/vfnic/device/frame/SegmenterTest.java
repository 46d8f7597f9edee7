package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Option TSE of the advanced data descriptor: TCP and UDP segmentation over IPv4 and IPv6. */
class SegmenterTest {
    private static final int FIN = 0x01;
    private static final int PSH = 0x08;
    private static final int ACK = 0x10;
    private static final int CWR = 0x80;
    private static final byte[] NONE = new byte[0];

    private final ScatteredMemory guest = new ScatteredMemory();
    private final Segmenter segmenter = new Segmenter();
    private final FrameView segment = new FrameView();

    @AfterEach
    void release() {
        guest.close();
    }

    /** A send as a driver prepares it: IP lengths 0, checksum seeded with the pseudo-header without its length. */
    private static byte[] send(boolean v4, int protocol, byte[] l4Header, byte[] data, int... tags) {
        byte[] ip = v4 ? Packets.ipv4(protocol, 0) : Packets.ipv6(protocol, 0);
        if (v4) {
            Packets.put(ip, 2, 0);
            Packets.put(ip, 10, 0);
        }
        byte[] headers = Packets.join(Packets.ethernet(v4 ? 0x0800 : 0x86DD, tags), ip, l4Header);
        int at = 14 + 4 * tags.length;
        int seed = Reference.l4Sum(headers, at, headers.length, 0, protocol);
        Packets.put(headers, at + ip.length + (protocol == Packets.TCP ? 16 : 6), seed);
        return Packets.join(headers, data);
    }

    private List<byte[]> segments() {
        List<byte[]> result = new ArrayList<>();
        while (segmenter.next(segment)) {
            result.add(ScatteredMemory.bytes(segment));
        }
        return result;
    }

    private static int flags(byte[] segment, int l4) {
        return segment[l4 + 13] & 0xFF;
    }

    @Test
    void cutsTcpOverIpv4() {
        byte[] data = Seed.bytes(Seed.random(), 2500);
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK | PSH | FIN | CWR, NONE), data);
        FrameView frame = guest.wholeFrame(send, 54, new Random(1));

        assertThat(segmenter.begin(frame, 14, 20, 20, L4Type.TCP, 1000)).isTrue();

        assertThat(segmenter.segmentCount()).isEqualTo(3);
        assertThat(segmenter.headerLength()).isEqualTo(54);
        assertThat(segmenter.payloadLength()).isEqualTo(2500);
        List<byte[]> segments = segments();
        assertThat(segments).extracting(bytes -> bytes.length).containsExactly(1054, 1054, 554);
        assertThat(segments).extracting(bytes -> Reference.word(bytes, 16)).containsExactly(1040, 1040, 540);
        assertThat(segments).extracting(bytes -> Reference.word(bytes, 18)).containsExactly(0x1234, 0x1235, 0x1236);
        assertThat(segments).extracting(bytes -> Reference.dword(bytes, 38))
                .containsExactly(0xFFFFFFF0L, 0x3D8L, 0x7C0L);
        assertThat(segments).extracting(bytes -> flags(bytes, 34))
                .containsExactly(ACK | CWR, ACK, ACK | PSH | FIN);
        for (byte[] bytes : segments) {
            assertThat(Reference.sum(bytes, 14, 20)).isEqualTo(0xFFFF);
            assertThat(Reference.l4Sum(bytes, 14, 34, bytes.length - 34, 6)).isEqualTo(0xFFFF);
            assertThat(Arrays.copyOf(bytes, 16)).isEqualTo(Arrays.copyOf(send, 16));
        }
    }

    @Test
    void cutsTcpOverIpv6() {
        byte[] data = Seed.bytes(Seed.random(), 2001);
        byte[] send = send(false, Packets.TCP, Packets.tcp(ACK, new byte[12]), data);
        FrameView frame = guest.wholeFrame(send, 86, new Random(1));

        assertThat(segmenter.begin(frame, 14, 40, 32, L4Type.TCP, 1000)).isTrue();

        List<byte[]> segments = segments();
        assertThat(segments).extracting(bytes -> Reference.word(bytes, 18)).containsExactly(1032, 1032, 33);
        assertThat(segments).allSatisfy(bytes ->
                assertThat(Reference.l4Sum(bytes, 14, 54, bytes.length - 54, 6)).isEqualTo(0xFFFF));
    }

    @Test
    void cutsUdp() {
        byte[] data = Seed.bytes(Seed.random(), 2500);
        byte[] send = send(true, Packets.UDP, Packets.udp(2500), data);
        FrameView frame = guest.wholeFrame(send, 42, new Random(1));

        assertThat(segmenter.begin(frame, 14, 20, 8, L4Type.UDP, 1200)).isTrue();

        List<byte[]> segments = segments();
        assertThat(segments).extracting(bytes -> Reference.word(bytes, 38)).containsExactly(1208, 1208, 108);
        assertThat(segments).allSatisfy(bytes ->
                assertThat(Reference.l4Sum(bytes, 14, 34, bytes.length - 34, 17)).isEqualTo(0xFFFF));
    }

    @Test
    void storesAUdpChecksumOfZeroAsAllOnes() {
        byte[] first = send(true, Packets.UDP, Packets.udp(2), new byte[2]);
        segmenter.begin(guest.wholeFrame(first, 42, new Random(1)), 14, 20, 8, L4Type.UDP, 100);
        byte[] data = new byte[2];
        Packets.put(data, 0, Reference.word(segments().getFirst(), 40));
        byte[] send = send(true, Packets.UDP, Packets.udp(2), data);

        segmenter.begin(guest.wholeFrame(send, 42, new Random(1)), 14, 20, 8, L4Type.UDP, 100);

        assertThat(Reference.word(segments().getFirst(), 40)).isEqualTo(0xFFFF);
    }

    @Test
    void leavesTheFlagsOfAnOnlySegmentAlone() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(0xFF, NONE), new byte[10]);

        segmenter.begin(guest.wholeFrame(send, 54, new Random(1)), 14, 20, 20, L4Type.TCP, 1000);

        List<byte[]> segments = segments();
        assertThat(segments).hasSize(1);
        assertThat(flags(segments.getFirst(), 34)).isEqualTo(0xFF);
    }

    @Test
    void makesOneSegmentOfASendWithoutPayload() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK, NONE), NONE);

        assertThat(segmenter.begin(guest.wholeFrame(send, 54, new Random(1)), 14, 20, 20, L4Type.TCP, 1000)).isTrue();

        assertThat(segments()).hasSize(1);
        assertThat(Reference.word(ScatteredMemory.bytes(segment), 16)).isEqualTo(40);
    }

    @Test
    void cutsATaggedSend() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK, NONE), new byte[100]);
        FrameView frame = guest.wholeFrame(send, 80, new Random(1));

        VlanTag.insert(frame, 0x8100, 7);
        segmenter.begin(frame, 18, 20, 20, L4Type.TCP, 50);

        List<byte[]> segments = segments();
        assertThat(segments).hasSize(2);
        assertThat(segments).allSatisfy(bytes -> {
            assertThat(Arrays.copyOf(bytes, 18)).isEqualTo(Packets.ethernet(0x0800, 0x8100_0007));
            assertThat(Reference.l4Sum(bytes, 18, 38, bytes.length - 38, 6)).isEqualTo(0xFFFF);
        });
    }

    @Test
    void reassemblesToWhatWasSentWhateverTheSplit() {
        Random random = Seed.random();
        for (int round = 0; round < 300; round++) {
            byte[] data = Seed.bytes(random, random.nextInt(random.nextInt(10) == 0 ? 65_000 : 3000));
            boolean v4 = random.nextBoolean();
            boolean tcp = random.nextBoolean();
            byte[] header = tcp ? Packets.tcp(random.nextInt(256), new byte[4 * random.nextInt(11)]) : Packets.udp(0);
            int protocol = tcp ? Packets.TCP : Packets.UDP;
            byte[] send = send(v4, protocol, header, data);
            int ipLength = v4 ? 20 : 40;
            int l4 = 14 + ipLength;
            int headers = l4 + header.length;
            int mss = 1 + random.nextInt(1460);
            int inHeader = Math.min(send.length, headers + random.nextInt(100));
            try (ScatteredMemory other = new ScatteredMemory((byte) round)) {
                FrameView frame = other.wholeFrame(send, inHeader, random);

                assertThat(segmenter.begin(frame, 14, ipLength, header.length, tcp ? L4Type.TCP : L4Type.UDP, mss))
                        .isTrue();

                ByteArrayOutputStream reassembled = new ByteArrayOutputStream();
                int number = 0;
                while (segmenter.next(segment)) {
                    byte[] bytes = ScatteredMemory.bytes(segment);
                    assertThat(bytes.length - headers).isLessThanOrEqualTo(mss);
                    assertThat(Reference.l4Sum(bytes, 14, l4, bytes.length - l4, protocol)).isEqualTo(0xFFFF);
                    if (v4) {
                        assertThat(Reference.sum(bytes, 14, 20)).isEqualTo(0xFFFF);
                        assertThat(Reference.word(bytes, 18)).isEqualTo(0x1234 + number & 0xFFFF);
                        assertThat(Reference.word(bytes, 16)).isEqualTo(bytes.length - 14);
                    } else {
                        assertThat(Reference.word(bytes, 18)).isEqualTo(bytes.length - l4);
                    }
                    if (tcp) {
                        assertThat(Reference.dword(bytes, l4 + 4))
                                .isEqualTo(0xFFFFFFF0L + reassembled.size() & 0xFFFFFFFFL);
                    }
                    reassembled.write(bytes, headers, bytes.length - headers);
                    number++;
                }
                assertThat(number).isEqualTo(segmenter.segmentCount());
                assertThat(reassembled.toByteArray()).isEqualTo(data);
                assertThat(other.isUndamaged()).isTrue();
            }
        }
    }

    @Test
    void takesAScratchWithTheHeadersOnly() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK, NONE), new byte[100]);

        assertThat(segmenter.begin(guest.frame(send, 54, new Random(1)), 14, 20, 20, L4Type.TCP, 60)).isTrue();
        assertThat(segments()).hasSize(2);

        assertThat(segmenter.begin(guest.frame(send, 55, new Random(1)), 14, 20, 20, L4Type.TCP, 60)).isFalse();
    }

    @Test
    void refusesLengthsThatContradictTheFrame() {
        byte[] v4 = send(true, Packets.TCP, Packets.tcp(ACK, NONE), new byte[1000]);
        byte[] v6 = send(false, Packets.TCP, Packets.tcp(ACK, NONE), new byte[1000]);
        byte[] version5 = v4.clone();
        version5[14] = 0x55;

        assertRefused(v4, 54, 14, 20, 20, L4Type.TCP, 0);
        assertRefused(v4, 54, 13, 20, 20, L4Type.TCP, 100);
        assertRefused(v4, 54, 14, 19, 20, L4Type.TCP, 100);
        assertRefused(v4, 54, 14, 20, 19, L4Type.TCP, 100);
        assertRefused(v4, 54, 14, 20, 7, L4Type.UDP, 100);
        assertRefused(v4, 54, 14, 20, 20, L4Type.SCTP, 100);
        assertRefused(v4, 54, 14, 20, 20, 3, 100);
        assertRefused(v4, 53, 14, 20, 20, L4Type.TCP, 100);
        assertRefused(v4, 54, 14, 20, 24, L4Type.TCP, 100);
        assertRefused(v6, 74, 14, 39, 20, L4Type.TCP, 100);
        assertRefused(version5, 54, 14, 20, 20, L4Type.TCP, 100);
        assertThat(segmenter.segmentCount()).isZero();
        assertThat(segmenter.next(segment)).isFalse();
    }

    private void assertRefused(byte[] send, int inHeader, int macLength, int ipLength, int l4Length, int type,
            int mss) {
        FrameView frame = guest.wholeFrame(send, inHeader, new Random(1));
        assertThat(segmenter.begin(frame, macLength, ipLength, l4Length, type, mss)).isFalse();
        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(send);
    }

    @Test
    void refusesMoreThanPaylenCanTell() {
        byte[] headers = send(true, Packets.TCP, Packets.tcp(ACK, NONE), NONE);
        byte[] greatest = Packets.join(headers, new byte[Segmenter.MAX_PAYLOAD]);
        byte[] tooMuch = Packets.join(headers, new byte[Segmenter.MAX_PAYLOAD + 1]);

        assertRefused(tooMuch, 54, 14, 20, 20, L4Type.TCP, 1448);
        assertThat(segmenter.begin(guest.wholeFrame(greatest, 54, new Random(1)), 14, 20, 20, L4Type.TCP, 1448))
                .isTrue();
        assertThat(segmenter.segmentCount()).isEqualTo(182);
    }

    @Test
    void refusesSegmentsThatAnIpHeaderCannotDescribe() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK, NONE), new byte[70_000]);

        assertRefused(send, 54, 14, 20, 20, L4Type.TCP, 65_496);
        assertThat(segmenter.begin(guest.wholeFrame(send, 54, new Random(1)), 14, 20, 20, L4Type.TCP, 65_495)).isTrue();
    }

    @Test
    void countsNoIpv6HeaderInTheIpv6PayloadLength() {
        byte[] send = send(false, Packets.TCP, Packets.tcp(ACK, NONE), new byte[70_000]);

        assertRefused(send, 74, 14, 40, 20, L4Type.TCP, 65_516);
        assertThat(segmenter.begin(guest.wholeFrame(send, 74, new Random(1)), 14, 40, 20, L4Type.TCP, 65_515)).isTrue();
        assertThat(segmenter.next(segment)).isTrue();
        assertThat(Reference.word(ScatteredMemory.bytes(segment), 18)).isEqualTo(0xFFFF);
    }

    @Test
    void sumsRightlyBehindAnOddHeaderLength() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK, NONE), Seed.bytes(Seed.random(), 100));

        assertThat(segmenter.begin(guest.wholeFrame(send, 55, new Random(1)), 14, 20, 21, L4Type.TCP, 40)).isTrue();

        assertThat(segments()).hasSize(3).allSatisfy(bytes ->
                assertThat(Reference.l4Sum(bytes, 14, 34, bytes.length - 34, 6)).isEqualTo(0xFFFF));
    }

    @Test
    void staysInsideTheScratchWhateverTheContextSays() {
        Random random = Seed.random();
        for (int round = 0; round < 20_000; round++) {
            byte[] frame = random.nextBoolean() ? Seed.bytes(random, random.nextInt(300))
                    : send(random.nextBoolean(), Packets.TCP, Packets.tcp(0, NONE), new byte[random.nextInt(200)]);
            int inHeader = random.nextInt(frame.length + 1);
            try (ScatteredMemory other = new ScatteredMemory()) {
                FrameView view = other.wholeFrame(frame, inHeader, random);
                int macLength = random.nextBoolean() ? 14 : random.nextInt(128);
                int ipLength = random.nextBoolean() ? 20 : random.nextInt(512);
                int l4Length = random.nextBoolean() ? 20 : random.nextInt(256);

                boolean begun = segmenter.begin(view, macLength, ipLength, l4Length, random.nextInt(4),
                        random.nextInt(100));

                assertThat(segmenter.segmentCount() > 0).isEqualTo(begun);
                int total = 0;
                while (segmenter.next(segment)) {
                    total += ScatteredMemory.bytes(segment).length - segmenter.headerLength();
                }
                assertThat(total).isEqualTo(begun ? segmenter.payloadLength() : 0);
                assertThat(other.isUndamaged()).isTrue();
            }
        }
    }

    @Test
    void leavesThePayloadInTheScratchAlone() {
        byte[] send = send(true, Packets.TCP, Packets.tcp(ACK, NONE), Seed.bytes(Seed.random(), 100));
        FrameView frame = guest.wholeFrame(send, 100, new Random(1));
        UnsafeBuffer behind = new UnsafeBuffer(frame.header(), frame.headerIndex() + 54, 46);
        byte[] before = new byte[46];
        behind.getBytes(0, before);

        segmenter.begin(frame, 14, 20, 20, L4Type.TCP, 10);
        segments();

        byte[] after = new byte[46];
        behind.getBytes(0, after);
        assertThat(after).isEqualTo(before);
    }
}
