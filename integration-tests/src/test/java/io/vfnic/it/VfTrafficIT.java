package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestLab;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.RunningCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two stock guests, a Virtual Function each, and the card's switch between them. */
@DisplayName("Two guests with a Virtual Function each")
class VfTrafficIT {
    private static final int VLAN = 5;
    private static final int JUMBO_MTU = 9000;
    /** IEEE 802: for local experiments, so that no kernel answers or alters such a frame. */
    private static final int LOCAL_EXPERIMENTAL_ETHERTYPE = 0x88b5;
    private static final int ETHERNET_HEADER = 14;
    /** IEEE 802.3, without the frame check sequence; shorter frames are padded up to it. */
    private static final int SHORTEST_FRAME = 60;
    /** Of 2 KiB buffers, a 9,000-byte frame takes five: a ring of 4,096 holds 819 such frames. */
    private static final int BATCH = 500;

    private static GuestLab lab;
    private static Endpoint a;
    private static Endpoint b;

    @BeforeAll
    static void bootGuests() {
        lab = GuestLab.open("VfTrafficIT");
        CardProcess card = lab.startCard(2);
        List<Guest> guests = lab.start(List.of(
            GuestSpec.named("a").withMemory(512).withFunction(card.vf(0)),
            GuestSpec.named("b").withMemory(512).withFunction(card.vf(1))));
        a = Endpoint.bringUp(guests.get(0), 1);
        b = Endpoint.bringUp(guests.get(1), 2);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    @DisplayName("have igbvf bound, with link at 1000 Mb/s, full duplex, and addresses of their own")
    void bindsIgbvf() {
        for (Endpoint endpoint : List.of(a, b)) {
            assertThat(endpoint.guest().check("ethtool -i " + endpoint.nic())).contains("driver: igbvf");
            assertThat(endpoint.guest().check("ethtool " + endpoint.nic()))
                .contains("Speed: 1000Mb/s", "Duplex: Full", "Link detected: yes");
            assertThat(endpoint.guest().check("lspci -n -s 01:00.0")).contains("8086:10ca");
        }
        assertThat(a.mac()).isNotEqualTo(b.mac());
    }

    @Test
    @DisplayName("lose none of 1,000 pings, over IPv4 and over IPv6")
    void pings() {
        assertThat(a.guest().check("ping -q -c 1000 -i 0.005 -W 10 " + b.address())).contains(" 1000 received");
        assertThat(a.guest().check("ping -q -c 1000 -i 0.005 -W 10 fd00::2")).contains(" 1000 received");
    }

    @Test
    @DisplayName("carry iperf3 TCP streams both ways, and small UDP packets")
    void carriesIperf() {
        b.guest().check("iperf3 -s -D");

        for (String arguments : List.of("", "--reverse", "--bidir", "-u -l 18 -b 1M")) {
            String report = a.guest().check("iperf3 -c " + b.address() + " -t 3 " + arguments);

            assertThat(report).contains("receiver").contains("iperf Done.");
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource({
        "IPv4, untagged, tso on tx on rx on",
        "IPv4, untagged, tso off tx on rx on",
        "IPv4, untagged, tso off tx off rx off",
        "IPv6, untagged, tso on tx on rx on",
        "IPv6, untagged, tso off tx on rx on",
        "IPv4, tagged,   tso on tx on rx on",
        "IPv4, tagged,   tso off tx off rx off",
        "IPv6, tagged,   tso on tx on rx on",
    })
    @DisplayName("deliver files over TCP unaltered, both ways at once")
    void carriesFilesOverTcp(String version, String tagging, String offloads) {
        boolean tagged = tagging.equals("tagged");
        for (Endpoint endpoint : List.of(a, b)) {
            endpoint.guest().check("ethtool -K " + endpoint.nic() + " " + offloads);
            if (tagged) {
                endpoint.guest().check(joinVlan(endpoint));
            }
        }
        String network = tagged ? "10.0." + VLAN + "." : "10.0.0.";
        String prefix = tagged ? "fd00:0:0:" + VLAN + "::" : "fd00::";
        boolean six = version.equals("IPv6");
        String toA = six ? "TCP6:[" + prefix + "1]:5001" : "TCP4:" + network + "1:5001";
        String toB = six ? "TCP6:[" + prefix + "2]:5001" : "TCP4:" + network + "2:5001";
        String sentByA = a.makeFile("/tmp/out", 12);
        String sentByB = b.makeFile("/tmp/out", 12);

        String listener = six ? "TCP6-LISTEN:5001" : "TCP4-LISTEN:5001";
        RunningCommand intoA = a.receive(listener, "/tmp/in");
        RunningCommand intoB = b.receive(listener, "/tmp/in");
        RunningCommand fromA = a.send("/tmp/out", toB);
        RunningCommand fromB = b.send("/tmp/out", toA);

        assertThat(b.finish(fromA, intoB, "/tmp/in")).isEqualTo(sentByA);
        assertThat(a.finish(fromB, intoA, "/tmp/in")).isEqualTo(sentByB);
        for (Endpoint endpoint : List.of(a, b)) {
            assertThat(endpoint.counter("rx_errors")).as("rx_errors").isZero();
            assertThat(endpoint.counter("tx_errors")).as("tx_errors").isZero();
            assertThat(endpoint.guest().check("ethtool -S " + endpoint.nic() + " | grep csum_offload_errors"))
                .as("checksums that the card found wrong").endsWith(": 0");
            endpoint.guest().check("ethtool -K " + endpoint.nic() + " tso on tx on rx on;"
                + " ip link delete vlan" + VLAN + " 2>/dev/null || true");
        }
    }

    private static String joinVlan(Endpoint endpoint) {
        String number = endpoint.address().substring(endpoint.address().lastIndexOf('.') + 1);
        return "ip link add link " + endpoint.nic() + " name vlan" + VLAN + " type vlan id " + VLAN
            + " && ip address add 10.0." + VLAN + "." + number + "/24 dev vlan" + VLAN
            + " && ip address add fd00:0:0:" + VLAN + "::" + number + "/64 nodad dev vlan" + VLAN
            + " && ip link set vlan" + VLAN + " up";
    }

    @Test
    @DisplayName("deliver a file over SCTP, whose checksum the card computes, unaltered")
    void carriesFilesOverSctp() {
        String sent = a.makeFile("/tmp/out", 2);

        RunningCommand into = b.receive("SCTP4-LISTEN:5002", "/tmp/in");
        RunningCommand from = a.send("/tmp/out", "SCTP4:" + b.address() + ":5002");

        assertThat(b.finish(from, into, "/tmp/in")).isEqualTo(sent);
    }

    @Test
    @DisplayName("deliver a frame of every payload size from 0 to 9,000 bytes unaltered and in order")
    void carriesEverySize() throws IOException {
        byte[] source = address(a.mac());
        byte[] destination = address(b.mac());
        List<byte[]> sent = IntStream.rangeClosed(0, JUMBO_MTU)
            .mapToObj(payload -> frame(payload, destination, source))
            .toList();
        for (Endpoint endpoint : List.of(a, b)) {
            // So many receive buffers that a whole batch fits in, however long the guest is not scheduled.
            endpoint.guest().check("ip link set " + endpoint.nic() + " mtu " + JUMBO_MTU
                + " && ethtool -G " + endpoint.nic() + " rx 4096");
            endpoint.awaitLink();
        }

        RunningCommand capture = b.guest().start("tcpdump -U -i " + b.nic() + " -B 65536 -w /tmp/in.pcap"
            + " ether proto " + LOCAL_EXPERIMENTAL_ETHERTYPE + " 2>/tmp/tcpdump.log; cp /tmp/in.pcap /share/");
        b.guest().check(waitUntil("grep -q 'listening on' /tmp/tcpdump.log"));
        for (int from = 0; from < sent.size(); from += BATCH) {
            int to = Math.min(from + BATCH, sent.size());
            Pcap.write(a.guest().share().resolve("out.pcap"), sent.subList(from, to));
            a.guest().check("tcpreplay -q -i " + a.nic() + " --pps=1000 /share/out.pcap");
            // Not checked here: what is missing in the end tells more.
            int size = Pcap.size(padded(sent.subList(0, to)));
            b.guest().run(waitUntil("[ $(stat -c %s /tmp/in.pcap) -ge " + size + " ]"));
        }
        b.guest().check("killall -INT tcpdump");
        capture.await(Duration.ofMinutes(2)).orFail();

        List<byte[]> received = Pcap.read(b.guest().share().resolve("in.pcap"));
        assertThat(missing(sent, received)).as("payload sizes that did not arrive").isEmpty();
        List<byte[]> expected = padded(sent);
        assertThat(received).hasSameSizeAs(expected);
        for (int payload = 0; payload < expected.size(); payload++) {
            assertThat(received.get(payload)).as("payload of %d bytes", payload).isEqualTo(expected.get(payload));
        }
        for (Endpoint endpoint : List.of(a, b)) {
            endpoint.guest().check("ip link set " + endpoint.nic() + " mtu 1500");
            endpoint.awaitLink();
        }
        Files.delete(b.guest().share().resolve("in.pcap"));
    }

    /** A frame whose payload is of that size, random, and led by its size where there is room. */
    private static byte[] frame(int payload, byte[] destination, byte[] source) {
        byte[] bytes = new byte[payload];
        new Random(payload).nextBytes(bytes);
        if (payload >= Short.BYTES) {
            ByteBuffer.wrap(bytes).putShort((short) payload);
        }
        return ByteBuffer.allocate(ETHERNET_HEADER + payload)
            .put(destination)
            .put(source)
            .putShort((short) LOCAL_EXPERIMENTAL_ETHERTYPE)
            .put(bytes)
            .array();
    }

    private static List<byte[]> padded(List<byte[]> frames) {
        return frames.stream().map(frame -> Arrays.copyOf(frame, Math.max(SHORTEST_FRAME, frame.length))).toList();
    }

    /** A shell command that waits for a condition for a minute. */
    private static String waitUntil(String condition) {
        return "n=0; until " + condition + "; do n=$((n + 1)); [ $n -lt 600 ] || exit 1; sleep 0.1; done";
    }

    private static byte[] address(String mac) {
        byte[] bytes = new byte[6];
        String[] words = mac.split(":");
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(words[i], 16);
        }
        return bytes;
    }

    /** Sizes for which no frame arrived, by the number in the frame; 0 and 1 have no room for one. */
    private static TreeSet<Integer> missing(List<byte[]> sent, List<byte[]> received) {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (int payload = Short.BYTES; payload < sent.size(); payload++) {
            sizes.add(payload);
        }
        for (byte[] frame : received) {
            sizes.remove((int) ByteBuffer.wrap(frame).getShort(ETHERNET_HEADER));
        }
        return sizes;
    }
}
