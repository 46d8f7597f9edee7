package io.vfnic.device.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.ReceiveChecksum;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What the card makes of what the far side hands over, which it may describe wrongly. */
class InboundFramesTest {
    private static final int VET = 0x8100;
    private static final int ALL_CHECKSUMS = ReceiveChecksum.IPOFL | ReceiveChecksum.TUOFL | ReceiveChecksum.CRCOFL;

    private final UplinkCounters counters = new UplinkCounters();
    private final InboundFrames frames = new InboundFrames(counters);
    private final FrameOffload offload = new FrameOffload();
    private final FrameParser parser = new FrameParser();

    private record Got(byte[] data, int vlan, int checksumOffset, int checksums) {
    }

    private List<Got> take(byte[] bytes) {
        final ByteBuffer memory = ByteBuffer.allocateDirect(Math.max(1, bytes.length));
        memory.put(0, bytes);
        frames.begin(new UnsafeBuffer(memory).addressOffset(), bytes.length, offload, VET);
        final List<Got> got = new ArrayList<>();
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            final FrameView view = frame.view();
            final byte[] copy = new byte[view.length()];
            view.copyTo(0, new UnsafeBuffer(copy), 0, copy.length);
            parser.parse(view);
            got.add(new Got(copy, frame.vlanControl(), frame.checksumOffset(),
                ReceiveChecksum.validate(view, parser, ALL_CHECKSUMS)));
        }
        return got;
    }

    private static byte[] large(int version, int protocol, int length, int... tags) {
        final byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        final byte[] l4 = protocol == Packets.TCP ? Packets.tcp(0x19, new byte[12]) : Packets.udp(length);
        return version == 4 ? Packets.overIpv4(protocol, l4, data, tags) : Packets.overIpv6(protocol, l4, data, tags);
    }

    private static int headers(int version, int protocol) {
        return 14 + (version == 4 ? 20 : 40) + (protocol == Packets.TCP ? 32 : 8);
    }

    @ParameterizedTest
    @CsvSource({"4,6,TCP_IPV4,1448,64000", "6,6,TCP_IPV6,1428,64000", "4,17,UDP,1472,20000", "6,17,UDP,1400,5600",
        "4,6,TCP_IPV4,1448,1449", "4,6,TCP_IPV4,8948,60000"})
    @DisplayName("A large send comes in as the frames it stands for, with right lengths and checksums")
    void segments(int version, int protocol, Segments kind, int size, int length) {
        final byte[] large = large(version, protocol, length);
        final int headers = headers(version, protocol);
        offload.clear().segments(kind, size, headers);

        final List<Got> got = take(large);

        assertThat(got).hasSize((length + size - 1) / size);
        final ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (Got frame : got) {
            assertThat(frame.checksums & (ReceiveChecksum.L4CS | ReceiveChecksum.L4E | ReceiveChecksum.IPE))
                .isEqualTo(ReceiveChecksum.L4CS);
            payload.write(frame.data, headers, Math.min(size, length - payload.size()));
            assertThat(frame.checksumOffset).isEqualTo(version == 4 ? 34 : 54);
        }
        assertThat(payload.toByteArray()).isEqualTo(Arrays.copyOfRange(large, headers, large.length));
    }

    @Test
    @DisplayName("A large send in a VLAN: each frame has the tag beside it")
    void taggedSegments() {
        offload.clear().segments(Segments.TCP_IPV4, 1000, 70);

        final List<Got> got = take(large(4, Packets.TCP, 3000, VET << 16 | 42));

        assertThat(got).hasSize(3).allMatch(frame -> frame.vlan == 42 && frame.data.length == 1066);
    }

    @ParameterizedTest
    @CsvSource({"4,17,TCP_IPV4", "6,6,TCP_IPV4", "4,6,TCP_IPV6", "4,6,UDP", "4,6,UNKNOWN"})
    @DisplayName("A large send that is not what it is said to be is dropped and counted")
    void wrongKind(int version, int protocol, Segments kind) {
        offload.clear().segments(kind, 1000, 66);

        assertThat(take(large(version, protocol, 5000))).isEmpty();
        assertThat(counters.drops(Drop.IN_MALFORMED)).isEqualTo(1);
    }

    @Test
    @DisplayName("Segments longer than the card takes are dropped and counted, as a size of 0 is")
    void wrongSize() {
        offload.clear().segments(Segments.TCP_IPV4, 20_000, 66);
        assertThat(take(large(4, Packets.TCP, 50_000)).stream().map(frame -> frame.data.length))
            .isEmpty();
        assertThat(counters.drops(Drop.IN_OVERSIZE)).isEqualTo(2 + 1);

        offload.clear().segments(Segments.TCP_IPV4, 0, 66);
        assertThat(take(large(4, Packets.TCP, 50_000))).isEmpty();
        assertThat(counters.drops(Drop.IN_MALFORMED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13})
    @DisplayName("What is shorter than an Ethernet header is dropped and counted")
    void tooShort(int length) {
        offload.clear();

        assertThat(take(new byte[length])).isEmpty();
        assertThat(counters.drops(Drop.IN_MALFORMED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 42, 59})
    @DisplayName("A short frame is padded with zeros to 60 bytes, as on a wire; its tag counts")
    void padding(int length) {
        final byte[] frame = Arrays.copyOf(Packets.ethernet(0x88B5), length);
        Arrays.fill(frame, 14, length, (byte)7);
        offload.clear();

        assertThat(take(frame).getFirst().data).isEqualTo(Arrays.copyOf(frame, 60));

        final byte[] tagged = Arrays.copyOf(Packets.ethernet(0x88B5, VET << 16 | 9), 40);
        final Got got = take(tagged).getFirst();
        assertThat(got.vlan).isEqualTo(9);
        assertThat(got.data).hasSize(56);
    }

    @Test
    @DisplayName("A frame that ends inside its tag is dropped and counted")
    void cutTag() {
        offload.clear();

        assertThat(take(Arrays.copyOf(Packets.ethernet(0x88B5, VET << 16 | 9), 17))).isEmpty();
        assertThat(counters.drops(Drop.IN_MALFORMED)).isEqualTo(1);
    }

    @Test
    @DisplayName("The checksum of SCTP, which is asked for in the words for sums, is its CRC32C")
    void sctp() {
        final byte[] frame = Packets.overIpv4(Packets.SCTP, Packets.sctp(), new byte[100]);
        final byte[] asked = frame.clone();
        Arrays.fill(asked, 42, 46, (byte)0);
        offload.clear().checksum(34, 42);

        final Got got = take(asked).getFirst();

        assertThat(got.data).isEqualTo(frame);
    }

    @ParameterizedTest
    @CsvSource({"34,33", "34,5000", "-7,40", "13,40", "600,610", "200,300", "65535,131070"})
    @DisplayName("A checksum whose place is not in the frame's headers drops the frame, counted")
    void wrongChecksum(int start, int field) {
        offload.clear().checksum(start, field);

        assertThat(take(large(4, Packets.TCP, 500))).isEmpty();
        assertThat(counters.drops(Drop.IN_MALFORMED)).isEqualTo(1);
    }

    @Test
    @DisplayName("Whatever comes in, and whatever is said of it: no error, and no frame that a wire could not carry")
    void random() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            final byte[] frame = large(random.nextBoolean() ? 4 : 6,
                random.nextBoolean() ? Packets.TCP : Packets.UDP, random.nextInt(3000));
            for (int flips = random.nextInt(6); flips > 0; flips--) {
                frame[random.nextInt(Math.min(frame.length, 80))] = (byte)random.nextInt();
            }
            offload.clear();
            if (random.nextBoolean()) {
                offload.segments(Segments.values()[random.nextInt(Segments.values().length)],
                    random.nextInt(random.nextBoolean() ? 2000 : 65536), random.nextInt(65536));
            }
            if (random.nextBoolean()) {
                final int start = random.nextInt(random.nextBoolean() ? 100 : 65536);
                offload.checksum(start, start + random.nextInt(random.nextBoolean() ? 20 : 65536));
            }
            assertThat(take(Arrays.copyOf(frame, random.nextInt(frame.length + 1) + 1))).as("seed %d", seed)
                .allMatch(got -> got.data.length >= 56 && got.data.length <= InboundFrames.MAX_FRAME_LENGTH);
        }
    }
}
