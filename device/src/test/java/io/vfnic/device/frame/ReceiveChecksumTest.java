package io.vfnic.device.frame;

import static io.vfnic.device.frame.ReceiveChecksum.CRCOFL;
import static io.vfnic.device.frame.ReceiveChecksum.IPCS;
import static io.vfnic.device.frame.ReceiveChecksum.IPE;
import static io.vfnic.device.frame.ReceiveChecksum.IPOFL;
import static io.vfnic.device.frame.ReceiveChecksum.L4CS;
import static io.vfnic.device.frame.ReceiveChecksum.L4E;
import static io.vfnic.device.frame.ReceiveChecksum.TUOFL;
import static io.vfnic.device.frame.ReceiveChecksum.UDPCS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Register RXCSUM and the status and error bits of the advanced receive write-back descriptor. */
class ReceiveChecksumTest {
    private static final int ALL = IPOFL | TUOFL | CRCOFL;
    private static final byte[] NONE = new byte[0];
    private static final byte[] DATA = Packets.hex("deadbeef0102030405060708090a0b0c0d0e0f1011");

    private final ScatteredMemory guest = new ScatteredMemory();
    private final FrameParser parser = new FrameParser();

    @AfterEach
    void release() {
        guest.close();
    }

    private int validate(byte[] bytes, int rxcsum) {
        return validate(guest, bytes, Math.min(96, bytes.length), rxcsum, new Random(1));
    }

    private int validate(ScatteredMemory memory, byte[] bytes, int inHeader, int rxcsum, Random random) {
        FrameView frame = memory.frame(bytes, inHeader, random);
        parser.parse(frame);
        return ReceiveChecksum.validate(frame, parser, rxcsum);
    }

    @Test
    void hasTheBitsOfTheDescriptor() {
        assertThat(new int[] {UDPCS, L4CS, IPCS, L4E, IPE})
                .containsExactly(0x10, 0x20, 0x40, 0x2000_0000, 0x4000_0000);
        assertThat(new int[] {IPOFL, TUOFL, CRCOFL}).containsExactly(0x100, 0x200, 0x800);
    }

    @Test
    void vouchesForGoodFrames() {
        assertThat(validate(Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), DATA), ALL)).isEqualTo(IPCS | L4CS);
        assertThat(validate(Packets.overIpv4(Packets.UDP, Packets.udp(DATA.length), DATA), ALL))
                .isEqualTo(IPCS | L4CS | UDPCS);
        assertThat(validate(Packets.overIpv4(Packets.SCTP, Packets.sctp(), DATA), ALL)).isEqualTo(IPCS | L4CS);
        assertThat(validate(Packets.overIpv6(Packets.TCP, Packets.tcp(0, NONE), DATA), ALL)).isEqualTo(L4CS);
        assertThat(validate(Packets.overIpv6(Packets.UDP, Packets.udp(DATA.length), DATA), ALL))
                .isEqualTo(L4CS | UDPCS);
        assertThat(validate(Packets.overIpv6(Packets.SCTP, Packets.sctp(), DATA, 0x8100_0001), ALL)).isEqualTo(L4CS);
    }

    @Test
    void doesOnlyWhatIsSwitchedOn() {
        byte[] tcp = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), DATA);
        byte[] sctp = Packets.overIpv4(Packets.SCTP, Packets.sctp(), DATA);

        assertThat(validate(tcp, 0)).isZero();
        assertThat(validate(tcp, IPOFL | CRCOFL)).isEqualTo(IPCS);
        assertThat(validate(tcp, TUOFL)).isEqualTo(L4CS);
        assertThat(validate(sctp, IPOFL | TUOFL)).isEqualTo(IPCS);
        assertThat(validate(sctp, CRCOFL)).isEqualTo(L4CS);
    }

    @Test
    void reportsABadIpv4HeaderAndStillLooksAtLayer4() {
        byte[] frame = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), DATA);
        frame[14 + 8] ^= 1;

        assertThat(validate(frame, ALL)).isEqualTo(IPCS | IPE | L4CS);
    }

    @Test
    void checksIpv4OptionsToo() {
        byte[] l4 = Packets.join(Packets.udp(DATA.length), DATA);
        byte[] frame = Packets.join(Packets.ethernet(0x0800),
                Packets.ipv4(Packets.UDP, l4.length, 0, Packets.hex("94040000")), l4);
        Packets.finish(frame, 14, 24, Packets.UDP);
        assertThat(validate(frame, ALL)).isEqualTo(IPCS | L4CS | UDPCS);

        frame[14 + 22] ^= 1;
        assertThat(validate(frame, ALL)).isEqualTo(IPCS | IPE | L4CS | UDPCS);
    }

    @Test
    void leavesUdpWithoutChecksumToTheGuest() {
        byte[] v4 = Packets.overIpv4(Packets.UDP, Packets.udp(DATA.length), DATA);
        byte[] v6 = Packets.overIpv6(Packets.UDP, Packets.udp(DATA.length), DATA);
        Packets.put(v4, 34 + 6, 0);
        Packets.put(v6, 54 + 6, 0);

        assertThat(validate(v4, ALL)).isEqualTo(IPCS);
        assertThat(validate(v6, ALL)).isZero();
    }

    @Test
    void acceptsAUdpChecksumOfAllOnes() {
        byte[] frame = Packets.overIpv4(Packets.UDP, Packets.udp(2), new byte[2]);
        int checksum = Reference.word(frame, 34 + 6);
        // The word that makes the sum come out as 0xFFFF, which RFC 768 sends as a checksum of all ones.
        Packets.put(frame, 42, checksum);
        Packets.put(frame, 34 + 6, 0xFFFF);

        assertThat(validate(frame, ALL)).isEqualTo(IPCS | L4CS | UDPCS);
    }

    @Test
    void sumsOnlyWhatTheUdpLengthCovers() {
        byte[] inner = Packets.overIpv4(Packets.UDP, Packets.udp(DATA.length), DATA);
        byte[] trailing = Packets.join(inner, Packets.hex("ffeeddcc"));
        Packets.put(trailing, 16, Reference.word(inner, 16) + 4);

        assertThat(validate(trailing, TUOFL)).isEqualTo(L4CS | UDPCS);
    }

    @Test
    void leavesAnImpossibleUdpLengthToTheGuest() {
        byte[] frame = Packets.overIpv4(Packets.UDP, Packets.udp(DATA.length), DATA);
        for (int length : new int[] {0, 7, 9 + DATA.length, 0xFFFF}) {
            Packets.put(frame, 34 + 4, length);
            assertThat(validate(frame, TUOFL)).isZero();
        }
    }

    @Test
    void leavesFragmentsToTheGuest() {
        byte[] l4 = Packets.join(Packets.udp(DATA.length), DATA);
        byte[] frame = Packets.join(Packets.ethernet(0x0800), Packets.ipv4(Packets.UDP, l4.length, 0x2000, NONE), l4);

        assertThat(validate(frame, ALL)).isEqualTo(IPCS);
    }

    @Test
    void leavesTruncatedPacketsToTheGuest() {
        byte[] frame = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), DATA);

        assertThat(validate(Arrays.copyOf(frame, frame.length - 1), ALL)).isEqualTo(IPCS);
    }

    @Test
    void leavesAPacketOnItsWayThroughARoutingHeaderToTheGuest() {
        byte[] routing = Packets.extension(Packets.UDP, 3);
        routing[3] = 1;
        byte[] l4 = Packets.join(Packets.udp(DATA.length), DATA);
        byte[] frame = Packets.join(Packets.ethernet(0x86DD), Packets.ipv6(43, routing.length + l4.length), routing,
                l4);
        Packets.finish(frame, 14, 40 + routing.length, Packets.UDP);
        assertThat(validate(frame, ALL)).isZero();

        frame[14 + 40 + 3] = 0;
        assertThat(validate(frame, ALL)).isEqualTo(L4CS | UDPCS);
    }

    @Test
    void ignoresEthernetPadding() {
        byte[] frame = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[0]);

        assertThat(validate(Packets.join(frame, Packets.hex("ffffffffffff")), ALL)).isEqualTo(IPCS | L4CS);
    }

    @Test
    void trustsALocalSendersLayer4ChecksumButNotItsIpv4Header() {
        byte[] bytes = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), DATA);
        Packets.put(bytes, 34 + 16, 0x1234);
        FrameView frame = guest.frame(bytes, 70, new Random(1));
        parser.parse(frame);

        assertThat(ReceiveChecksum.trusted(frame, parser, ALL)).isEqualTo(IPCS | L4CS);
        assertThat(ReceiveChecksum.trusted(frame, parser, 0)).isZero();
        assertThat(ReceiveChecksum.validate(frame, parser, ALL)).isEqualTo(IPCS | L4CS | L4E);

        frame.header().putByte(frame.headerIndex() + 22, (byte) 1);
        assertThat(ReceiveChecksum.trusted(frame, parser, ALL)).isEqualTo(IPCS | IPE | L4CS);
    }

    @Test
    void neverVouchesForAFrameWithOneWrongBit() {
        Random random = Seed.random();
        byte[][] frames = {
            Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[4]), DATA),
            Packets.overIpv4(Packets.UDP, Packets.udp(DATA.length), DATA),
            Packets.overIpv4(Packets.SCTP, Packets.sctp(), DATA),
            Packets.overIpv6(Packets.TCP, Packets.tcp(0, NONE), DATA),
            Packets.overIpv6(Packets.UDP, Packets.udp(DATA.length), DATA),
            Packets.overIpv6(Packets.SCTP, Packets.sctp(), DATA),
        };
        for (byte[] good : frames) {
            int l4 = good[12] == 0x08 ? 34 : 54;
            for (int bit = 8 * l4; bit < 8 * good.length; bit++) {
                byte[] bad = good.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                int result = validate(guest, bad, l4 + 24, ALL, random);
                assertThat((result & L4CS) == 0 || (result & L4E) != 0).as("bit %d", bit).isTrue();
            }
            if (l4 == 34) {
                for (int bit = 8 * 14; bit < 8 * 34; bit++) {
                    byte[] bad = good.clone();
                    bad[bit / 8] ^= (byte) (1 << bit % 8);
                    int result = validate(guest, bad, l4 + 24, ALL, random);
                    assertThat((result & IPCS) == 0 || (result & IPE) != 0).as("bit %d", bit).isTrue();
                }
            }
        }
    }

    @Test
    void validatesAFrameWhateverTheSplitAndTheBytesAroundIt() {
        Random random = Seed.random();
        for (int round = 0; round < 500; round++) {
            byte[] data = Seed.bytes(random, random.nextInt(300));
            boolean v4 = random.nextBoolean();
            boolean tcp = random.nextBoolean();
            byte[] l4 = tcp ? Packets.tcp(0, NONE) : Packets.udp(data.length);
            int protocol = tcp ? Packets.TCP : Packets.UDP;
            byte[] frame = v4 ? Packets.overIpv4(protocol, l4, data) : Packets.overIpv6(protocol, l4, data);
            int inHeader = 74 + random.nextInt(40);
            try (ScatteredMemory other = new ScatteredMemory((byte) round)) {
                assertThat(validate(other, frame, Math.min(inHeader, frame.length), ALL, random))
                        .isEqualTo((v4 ? IPCS : 0) | L4CS | (tcp ? 0 : UDPCS));
            }
        }
    }

    @Test
    void survivesRandomFramesAndTruncatedScratches() {
        Random random = Seed.random();
        for (int round = 0; round < 20_000; round++) {
            byte[] frame = HostileFrames.next(random);
            int inHeader = random.nextInt(frame.length + 1);
            try (ScatteredMemory zeros = new ScatteredMemory((byte) 0);
                    ScatteredMemory ones = new ScatteredMemory((byte) 0xFF)) {
                int result = validate(zeros, frame, inHeader, ALL, random);

                assertThat(result).isEqualTo(validate(ones, frame, inHeader, ALL, random));
                assertThat(result & ~(IPCS | IPE | L4CS | L4E | UDPCS)).isZero();
                assertThat((result & L4E) == 0 || (result & L4CS) != 0).isTrue();
            }
        }
    }
}
