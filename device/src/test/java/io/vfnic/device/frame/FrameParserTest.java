package io.vfnic.device.frame;

import static io.vfnic.device.frame.Packets.ethernet;
import static io.vfnic.device.frame.Packets.extension;
import static io.vfnic.device.frame.Packets.hex;
import static io.vfnic.device.frame.Packets.ipv4;
import static io.vfnic.device.frame.Packets.ipv6;
import static io.vfnic.device.frame.Packets.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packet type bits of the advanced receive descriptor; RFC 791, RFC 8200 section 4, RFC 9293, RFC 768, RFC 9260. */
class FrameParserTest {
    private static final byte[] NONE = new byte[0];
    private static final byte[] DATA = new byte[30];

    private final ScatteredMemory guest = new ScatteredMemory();
    private final FrameParser parser = new FrameParser();

    @AfterEach
    void release() {
        guest.close();
    }

    private void parse(byte[] bytes) {
        parser.parse(guest.frame(bytes, Math.min(256, bytes.length), new Random(1)));
    }

    private void assertOffsets(int l3, int l4, int payload) {
        assertThat(parser.l3Offset()).isEqualTo(l3);
        assertThat(parser.l4Offset()).isEqualTo(l4);
        assertThat(parser.payloadOffset()).isEqualTo(payload);
    }

    @Test
    void findsTcpOverIpv4() {
        parse(Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[12]), DATA));

        assertThat(parser.packetType()).isEqualTo(0x110);
        assertOffsets(14, 34, 66);
        assertThat(parser.etherType()).isEqualTo(0x0800);
        assertThat(parser.protocol()).isEqualTo(6);
        assertThat(parser.l4Length()).isEqualTo(62);
        assertThat(parser.vlanTags()).isZero();
        assertThat(parser.isFragment()).isFalse();
        assertThat(parser.isTruncated()).isFalse();
    }

    @Test
    void findsUdpAndSctpOverIpv4() {
        parse(Packets.overIpv4(Packets.UDP, Packets.udp(30), DATA));
        assertThat(parser.packetType()).isEqualTo(0x210);
        assertOffsets(14, 34, 42);

        parse(Packets.overIpv4(Packets.SCTP, Packets.sctp(), DATA));
        assertThat(parser.packetType()).isEqualTo(0x410);
        assertOffsets(14, 34, 46);
    }

    @Test
    void findsLayer4OverIpv6() {
        parse(Packets.overIpv6(Packets.TCP, Packets.tcp(0, NONE), DATA));
        assertThat(parser.packetType()).isEqualTo(0x140);
        assertOffsets(14, 54, 74);

        parse(Packets.overIpv6(Packets.UDP, Packets.udp(30), DATA));
        assertThat(parser.packetType()).isEqualTo(0x240);

        parse(Packets.overIpv6(Packets.SCTP, Packets.sctp(), DATA));
        assertThat(parser.packetType()).isEqualTo(0x440);
    }

    @Test
    void findsIpv4Options() {
        byte[] l4 = join(Packets.udp(30), DATA);

        parse(join(ethernet(0x0800), ipv4(Packets.UDP, l4.length, 0, new byte[40]), l4));

        assertThat(parser.packetType()).isEqualTo(0x230);
        assertOffsets(14, 74, 82);
    }

    @Test
    void goesThroughIpv6ExtensionHeaders() {
        byte[] chain = join(extension(43, 1), extension(60, 3), extension(17, 2));
        byte[] l4 = join(Packets.udp(30), DATA);

        parse(join(ethernet(0x86DD), ipv6(0, chain.length + l4.length), chain, l4));

        assertThat(parser.packetType()).isEqualTo(0x2C0);
        assertOffsets(14, 102, 110);
        assertThat(parser.protocol()).isEqualTo(17);
        assertThat(parser.l4Length()).isEqualTo(38);
        assertThat(parser.isDestinationFinal()).isTrue();
    }

    @Test
    void tellsThatARoutingHeaderChangesTheDestination() {
        byte[] routing = extension(17, 3);
        routing[3] = 1;
        byte[] l4 = join(Packets.udp(30), DATA);

        parse(join(ethernet(0x86DD), ipv6(43, routing.length + l4.length), routing, l4));

        assertThat(parser.packetType()).isEqualTo(0x2C0);
        assertThat(parser.isDestinationFinal()).isFalse();
    }

    @Test
    void seesNoLayer4InFragments() {
        byte[] l4 = join(Packets.udp(30), DATA);
        byte[] first = join(hex("1100 0001 00000007"), l4);
        byte[] last = join(hex("1100 0010 00000007"), l4);

        for (int fragment : new int[] {0x2000, 0x0001, 0x3FFF}) {
            parse(join(ethernet(0x0800), ipv4(Packets.UDP, l4.length, fragment, NONE), l4));
            assertThat(parser.isFragment()).isTrue();
            assertThat(parser.packetType()).isEqualTo(0x010);
            assertOffsets(14, 34, 34);
        }
        for (byte[] rest : List.of(first, last)) {
            parse(join(ethernet(0x86DD), ipv6(44, rest.length), rest));
            assertThat(parser.isFragment()).isTrue();
            assertThat(parser.packetType()).isEqualTo(0x0C0);
            assertOffsets(14, 62, 62);
        }
    }

    @Test
    void takesAnAtomicFragmentForAWholeDatagram() {
        byte[] rest = join(hex("1100 0000 00000007"), Packets.udp(30), DATA);

        parse(join(ethernet(0x86DD), ipv6(44, rest.length), rest));

        assertThat(parser.isFragment()).isFalse();
        assertThat(parser.packetType()).isEqualTo(0x2C0);
    }

    @Test
    void goesThroughUpToTwoVlanTags() {
        parse(Packets.overIpv4(Packets.UDP, Packets.udp(30), DATA, 0x8100_E005));
        assertThat(parser.vlanTags()).isEqualTo(1);
        assertThat(parser.vlanControl()).isEqualTo(0xE005);
        assertThat(parser.packetType()).isEqualTo(0x210);
        assertOffsets(18, 38, 46);

        parse(Packets.overIpv6(Packets.UDP, Packets.udp(30), DATA, 0x88A8_0007, 0x8100_0005));
        assertThat(parser.vlanTags()).isEqualTo(2);
        assertThat(parser.vlanControl()).isEqualTo(7);
        assertOffsets(22, 62, 70);

        parse(Packets.overIpv4(Packets.UDP, Packets.udp(30), DATA, 0x8100_0001, 0x8100_0002, 0x8100_0003));
        assertThat(parser.vlanTags()).isEqualTo(2);
        assertThat(parser.etherType()).isEqualTo(0x8100);
        assertThat(parser.packetType()).isZero();
    }

    @Test
    void seesNoIpInOtherFrames() {
        parse(join(ethernet(0x0806), new byte[46]));
        assertThat(parser.packetType()).isZero();
        assertThat(parser.etherType()).isEqualTo(0x0806);
        assertThat(parser.protocol()).isEqualTo(-1);
        assertOffsets(14, 14, 14);
        assertThat(parser.l4Length()).isEqualTo(46);

        parse(join(ethernet(46), new byte[46]));
        assertThat(parser.packetType()).isZero();
    }

    @Test
    void tellsIpsec() {
        parse(join(ethernet(0x0800), ipv4(50, 30), DATA));
        assertThat(parser.packetType()).isEqualTo(0x1010);

        parse(join(ethernet(0x86DD), ipv6(51, 30), DATA));
        assertThat(parser.packetType()).isEqualTo(0x2040);
    }

    @Test
    void ignoresEthernetPadding() {
        parse(join(Packets.overIpv4(Packets.UDP, Packets.udp(1), new byte[1]), new byte[17]));

        assertThat(parser.l4Length()).isEqualTo(9);
        assertThat(parser.isTruncated()).isFalse();
    }

    @Test
    void tellsATruncatedPacket() {
        byte[] whole = Packets.overIpv4(Packets.UDP, Packets.udp(30), DATA);

        parse(Arrays.copyOf(whole, whole.length - 1));

        assertThat(parser.isTruncated()).isTrue();
        assertThat(parser.packetType()).isEqualTo(0x210);
    }

    @Test
    void believesNoInconsistentIpHeader() {
        byte[] frame = Packets.overIpv4(Packets.UDP, Packets.udp(30), DATA);
        for (int versionAndLength : new int[] {0x44, 0x40, 0x65, 0x05}) {
            frame[14] = (byte) versionAndLength;
            parse(frame);
            assertThat(parser.packetType()).isZero();
            assertOffsets(14, 14, 14);
        }
        byte[] v6 = Packets.overIpv6(Packets.UDP, Packets.udp(30), DATA);
        v6[14] = 0x40;
        parse(v6);
        assertThat(parser.packetType()).isZero();
    }

    @Test
    void seesNoLayer4BehindTheEndOfTheIpPacket() {
        byte[] frame = Packets.overIpv4(Packets.UDP, Packets.udp(30), DATA);
        for (int totalLength : new int[] {0, 19, 20, 27}) {
            Packets.put(frame, 16, totalLength);
            parse(frame);
            assertThat(parser.packetType()).isEqualTo(0x010);
        }
    }

    @Test
    void seesNoTcpWithAnImpossibleDataOffset() {
        byte[] frame = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[8]);
        for (int words : new int[] {0, 4, 8, 15}) {
            frame[14 + 20 + 12] = (byte) (words << 4);
            parse(frame);
            assertThat(parser.packetType()).isEqualTo(0x010);
            assertThat(parser.payloadOffset()).isEqualTo(34);
        }
    }

    @Test
    void endsOnAnEndlessChainOfExtensionHeaders() {
        byte[] chain = new byte[256];
        parse(join(ethernet(0x86DD), ipv6(0, chain.length), chain));

        assertThat(parser.is(PacketType.IPV6 | PacketType.IPV6_EXTENSIONS)).isTrue();
        assertThat(parser.is(PacketType.UDP)).isFalse();
    }

    @Test
    void givesUpOnALongerChainThanAnyHonestPacketHas() {
        for (int headers : new int[] {16, 17}) {
            byte[] chain = new byte[0];
            for (int i = 1; i <= headers; i++) {
                chain = join(chain, extension(i == headers ? 17 : 60, 1));
            }
            parse(join(ethernet(0x86DD), ipv6(60, chain.length + 8), chain, Packets.udp(0)));

            assertThat(parser.is(PacketType.UDP)).isEqualTo(headers == 16);
        }
    }

    @Test
    void survivesEveryTruncationOfEveryFrame() {
        byte[] chain = join(extension(43, 1), extension(44, 3), extension(60, 1), extension(6, 2));
        List<byte[]> frames = List.of(
                Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[40]), new byte[100]),
                Packets.overIpv6(Packets.UDP, Packets.udp(100), new byte[100], 0x8100_0001, 0x8100_0002),
                Packets.overIpv4(Packets.SCTP, Packets.sctp(), new byte[150], 0x8100_0001),
                join(ethernet(0x86DD), ipv6(0, 120), chain, Packets.tcp(0, NONE), new byte[60]),
                join(ethernet(0x0800), ipv4(17, 180, 0, new byte[40]), Packets.udp(172), new byte[172]));
        for (byte[] frame : frames) {
            for (int inHeader = 0; inHeader <= Math.min(200, frame.length); inHeader++) {
                parser.parse(guest.frame(frame, inHeader, new Random(1)));
                assertInsideScratch(inHeader);
                byte[] cut = Arrays.copyOf(frame, inHeader);
                parser.parse(guest.frame(cut, inHeader, new Random(1)));
                assertInsideScratch(inHeader);
            }
        }
    }

    @Test
    void survivesRandomHeaders() {
        Random random = Seed.random();
        for (int round = 0; round < 20_000; round++) {
            try (ScatteredMemory other = new ScatteredMemory()) {
                byte[] frame = HostileFrames.next(random);
                int inHeader = random.nextInt(frame.length + 1);
                parser.parse(other.frame(frame, inHeader, random));
                assertInsideScratch(inHeader);
            }
        }
    }

    private void assertInsideScratch(int inHeader) {
        assertThat(parser.l3Offset()).isBetween(0, inHeader);
        assertThat(parser.l4Offset()).isBetween(parser.l3Offset(), inHeader);
        assertThat(parser.payloadOffset()).isBetween(parser.l4Offset(), inHeader);
        assertThat(parser.packetType() & ~0x37F0).isZero();
    }
}
