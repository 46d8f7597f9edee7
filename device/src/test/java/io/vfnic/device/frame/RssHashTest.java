package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** "Verifying the RSS hash calculation" of the Windows driver documentation, and register MRQC. */
class RssHashTest {
    private static final byte[] KEY = Packets.hex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c"
            + "6a42b73bbeac01fa");
    private static final int ALL = 0x1FF << 16;

    private final ScatteredMemory guest = new ScatteredMemory();
    private final RssHash rss = new RssHash();
    private final FrameParser parser = new FrameParser();

    @BeforeEach
    void takeKey() {
        rss.key(new UnsafeBuffer(KEY), 0);
    }

    @AfterEach
    void release() {
        guest.close();
    }

    private void compute(byte[] bytes, int mrqc) {
        FrameView frame = guest.frame(bytes, Math.min(128, bytes.length), new Random(1));
        parser.parse(frame);
        rss.compute(frame, parser, mrqc);
    }

    private static byte[] addressed(byte[] frame, String source, int sourcePort, String destination, int port)
            throws UnknownHostException {
        byte[] from = InetAddress.getByName(source).getAddress();
        byte[] to = InetAddress.getByName(destination).getAddress();
        int ip = from.length == 4 ? 26 : 22;
        System.arraycopy(from, 0, frame, ip, from.length);
        System.arraycopy(to, 0, frame, ip + from.length, from.length);
        Packets.put(frame, ip + 2 * from.length, sourcePort);
        Packets.put(frame, ip + 2 * from.length + 2, port);
        return frame;
    }

    @ParameterizedTest(name = "{0} to {2}")
    @CsvSource({
        "66.9.149.187, 2794, 161.142.100.80, 1766, 323e8fc2, 51ccc178",
        "199.92.111.2, 14230, 65.69.140.83, 4739, d718262a, c626b0ea",
        "24.19.198.95, 12898, 12.22.207.184, 38024, d2d0a5de, 5c2b394a",
        "38.27.205.30, 48228, 209.142.163.6, 2217, 82989176, afc7327f",
        "153.39.163.191, 44251, 202.188.127.2, 1303, 5d1809c5, 10e828a2",
    })
    void yieldsTheKnownAnswersForIpv4(String source, int sourcePort, String destination, int port, String addresses,
            String ports) throws UnknownHostException {
        byte[] tcp = Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[0]), new byte[9]);
        byte[] udp = Packets.overIpv4(Packets.UDP, Packets.udp(9), new byte[9]);
        addressed(tcp, source, sourcePort, destination, port);
        addressed(udp, source, sourcePort, destination, port);

        compute(tcp, ALL);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_TCP_IPV4);
        assertThat(rss.hash()).isEqualTo(Integer.parseUnsignedInt(ports, 16));
        compute(tcp, RssHash.ENABLE_IPV4);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_IPV4);
        assertThat(rss.hash()).isEqualTo(Integer.parseUnsignedInt(addresses, 16));
        compute(udp, ALL);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_UDP_IPV4);
        assertThat(rss.hash()).isEqualTo(Integer.parseUnsignedInt(ports, 16));
    }

    @ParameterizedTest(name = "{0} to {2}")
    @CsvSource({
        "3ffe:2501:200:1fff::7, 2794, 3ffe:2501:200:3::1, 1766, 2cc18cd5, 40207d3d",
        "3ffe:501:8::260:97ff:fe40:efab, 14230, ff02::1, 4739, 0f0c461c, dde51bbf",
        "3ffe:1900:4545:3:200:f8ff:fe21:67cf, 44251, fe80::200:f8ff:fe21:67cf, 38024, 4b61e985, 02d1feef",
    })
    void yieldsTheKnownAnswersForIpv6(String source, int sourcePort, String destination, int port, String addresses,
            String ports) throws UnknownHostException {
        byte[] tcp = Packets.overIpv6(Packets.TCP, Packets.tcp(0, new byte[0]), new byte[9]);
        byte[] udp = Packets.overIpv6(Packets.UDP, Packets.udp(9), new byte[9]);
        addressed(tcp, source, sourcePort, destination, port);
        addressed(udp, source, sourcePort, destination, port);

        compute(tcp, ALL);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_TCP_IPV6);
        assertThat(rss.hash()).isEqualTo(Integer.parseUnsignedInt(ports, 16));
        compute(tcp, RssHash.ENABLE_IPV6);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_IPV6);
        assertThat(rss.hash()).isEqualTo(Integer.parseUnsignedInt(addresses, 16));
        compute(udp, ALL);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_UDP_IPV6);
        assertThat(rss.hash()).isEqualTo(Integer.parseUnsignedInt(ports, 16));
    }

    @Test
    void usesTheExtendedTypesWhereOnlyTheyAreEnabled() {
        byte[] tcp = Packets.overIpv6(Packets.TCP, Packets.tcp(0, new byte[0]), new byte[9]);
        byte[] udp = Packets.overIpv6(Packets.UDP, Packets.udp(9), new byte[9]);

        compute(tcp, RssHash.ENABLE_TCP_IPV6_EX);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_TCP_IPV6_EX);
        compute(tcp, RssHash.ENABLE_IPV6_EX);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_IPV6_EX);
        compute(udp, RssHash.ENABLE_UDP_IPV6_EX | RssHash.ENABLE_IPV6_EX);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_UDP_IPV6_EX);
    }

    @Test
    void hashesAFragmentByAddressesOnly() {
        byte[] data = Packets.join(Packets.udp(9), new byte[9]);
        byte[] fragment = Packets.join(Packets.ethernet(0x0800),
                Packets.ipv4(Packets.UDP, data.length, 0x2000, new byte[0]), data);

        compute(fragment, ALL);

        assertThat(rss.type()).isEqualTo(RssHash.TYPE_IPV4);
    }

    @Test
    void hashesNothingThatIsNotEnabledOrNotIp() {
        byte[] tcp = Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[0]), new byte[9]);
        byte[] arp = Packets.join(Packets.ethernet(0x0806), new byte[46]);

        compute(tcp, ALL & ~RssHash.ENABLE_TCP_IPV4 & ~RssHash.ENABLE_IPV4);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_NONE);
        assertThat(rss.hash()).isZero();
        compute(arp, ALL);
        assertThat(rss.type()).isEqualTo(RssHash.TYPE_NONE);
    }

    @Test
    void hashesAnewWithANewKey() {
        byte[] tcp = Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[0]), new byte[9]);

        rss.key(new UnsafeBuffer(new byte[40]), 0);
        compute(tcp, ALL);

        assertThat(rss.type()).isEqualTo(RssHash.TYPE_TCP_IPV4);
        assertThat(rss.hash()).isZero();
    }

    @Test
    void toeplitzAgreesWithItsDefinitionBitByBit() {
        Random random = Seed.random();
        byte[] key = Seed.bytes(random, 40);
        Toeplitz toeplitz = new Toeplitz();
        toeplitz.key(new UnsafeBuffer(key), 0);
        for (int length = 0; length <= Toeplitz.MAX_INPUT; length++) {
            byte[] input = Seed.bytes(random, length);
            int expected = 0;
            for (int bit = 0; bit < 8 * length; bit++) {
                if ((input[bit / 8] & 0x80 >> bit % 8) != 0) {
                    for (int i = 0; i < 32; i++) {
                        int keyBit = key[(bit + i) / 8] >> 7 - (bit + i) % 8 & 1;
                        expected ^= keyBit << 31 - i;
                    }
                }
            }

            assertThat(toeplitz.add(0, 0, new UnsafeBuffer(input), 0, length)).isEqualTo(expected);
        }
    }
}
