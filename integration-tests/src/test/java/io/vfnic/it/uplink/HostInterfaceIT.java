package io.vfnic.it.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.Pings;
import io.vfnic.it.support.Tshark;
import io.vfnic.it.support.WatchProgram;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.NetworkNamespace;
import io.vfnic.testkit.lab.RunningCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cards whose ports are connected to an interface of the host, which is a network namespace here: a tap, the other end
 * of a veth pair, and a tap of a card whose PF a guest drives.
 */
@DisplayName("Guests and the host, by an interface of the host")
class HostInterfaceIT {
    private static final int FILE_BYTES = 4 << 20;
    private static final int JUMBO_MTU = 9000;
    private static final int ETHERNET_MTU = 1500;
    private static final int IP_AND_ICMP = 28;
    private static final int VLAN = 42;
    private static final int PORT = 7000;
    /** More than fits into the socket's buffer, in datagrams that fit into a frame. */
    private static final int FLOOD_BYTES = 16 << 20;
    private static final int FLOOD_DATAGRAM = 1400;
    private static final Pings PINGS = new Pings(200);

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    /** The three cards' ways out. */
    enum Wire {
        /** A tap that the card makes, and a VF. */
        TAP("tap0", 1),
        /** A veth, and a VF. */
        PACKET("veth1", 2),
        /** A tap that was there before, and the PF. */
        PF("tap1", 3);

        /** What the host has of it. */
        private final String device;
        private final int subnet;

        Wire(String device, int subnet) {
            this.device = device;
            this.subnet = subnet;
        }

        private String hostAddress() {
            return "10.9." + subnet + ".1";
        }

        private String guestAddress() {
            return "10.9." + subnet + ".2";
        }
    }

    private static final Map<Wire, GuestNic> GUESTS = new EnumMap<>(Wire.class);
    private static final Map<Wire, CardProcess> CARDS = new EnumMap<>(Wire.class);

    private static NetworkNamespace host;
    /** Where the card is whose veth leads to the host. */
    private static NetworkNamespace farEnd;

    @BeforeAll
    static void boot() {
        host = LAB.lab().network();
        farEnd = LAB.lab().network();
        farEnd.joinTo(host, "veth0", "veth1");
        host.check("ip tuntap add dev tap1 mode tap");
        CardProcess tapCard = LAB.lab().startCardIn(host, 1, "--uplink", "tap:tap0");
        CardProcess packetCard = LAB.lab().startCardIn(farEnd, 1, "--uplink", "packet:veth0");
        CardProcess pfCard = LAB.lab().startCardIn(host, 0, "--pf", "guest", "--uplink", "tap:tap1");

        CARDS.putAll(Map.of(Wire.TAP, tapCard, Wire.PACKET, packetCard, Wire.PF, pfCard));

        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("vfs").withMemory(384).withFunction(tapCard.vf(0)).withFunction(packetCard.vf(0)),
            GuestSpec.named("pf").withMemory(384).withPf(pfCard.pf())));
        GUESTS.put(Wire.TAP, GuestNic.onBus(guests.getFirst(), 1));
        GUESTS.put(Wire.PACKET, GuestNic.onBus(guests.getFirst(), 2));
        GUESTS.put(Wire.PF, GuestNic.ofPf(guests.getLast(), 1));
        for (Wire wire : Wire.values()) {
            hostUp(wire);
            GUESTS.get(wire).up(wire.guestAddress() + "/24");
        }
    }

    private static void hostUp(Wire wire) {
        host.check("ip address replace " + wire.hostAddress() + "/24 dev " + wire.device + " && ip link set " +
            wire.device +
            " up");
    }

    private static void awaitCarrier(GuestNic nic, boolean up) {
        GuestNic.await(nic.guest(), "cat /sys/class/net/" + nic.name() + "/carrier | grep -q " + (up ? 1 : 0));
    }

    private static void await(NetworkNamespace network, String command) {
        Await.until(command, () -> network.run(command).exitCode() == 0);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("carry TCP both ways, and a file arrives each way as it was")
    void tcp(Wire wire) {
        GuestNic guest = GUESTS.get(wire);
        guest.ping(wire.hostAddress());
        Path log = LAB.lab().directory().resolve("iperf3.log");
        for (String direction : List.of("", " --reverse")) {
            Process server = host.start(log, "iperf3", "-s", "-1");
            await(host, "ss -Hltn sport = :5201 | grep -q LISTEN");
            guest.check("iperf3 -c " + wire.hostAddress() + " -t 1" + direction);
            assertThat(server.onExit().join().exitValue()).isZero();
        }
        send(wire, guest);
        fetch(wire, guest);
    }

    private static void send(Wire wire, GuestNic guest) {
        String sum = guest.guest().check(
            "head -c " + FILE_BYTES + " /dev/urandom > /tmp/sent; sha256sum < /tmp/sent | cut -c 1-64");
        Path received = LAB.lab().directory().resolve("received");
        Process receiver = host.start(LAB.lab().directory().resolve("socat.log"),
            "socat", "-u", "TCP4-LISTEN:" + PORT + ",reuseaddr", "CREATE:" + received);
        await(host, "ss -Hltn sport = :" + PORT + " | grep -q LISTEN");
        guest.check("timeout 170 socat -u OPEN:/tmp/sent TCP4:" + wire.hostAddress() + ":" + PORT);
        assertThat(receiver.onExit().join().exitValue()).isZero();
        assertThat(host.check("sha256sum < " + received + " | cut -c 1-64")).isEqualTo(sum);
    }

    private static void fetch(Wire wire, GuestNic guest) {
        Path sent = LAB.lab().directory().resolve("sent");
        String sum = host.check(
            "head -c " + FILE_BYTES + " /dev/urandom > " + sent + "; sha256sum < " + sent + " | cut -c 1-64");
        RunningCommand receiver = guest.start(
            "timeout 170 socat -u TCP4-LISTEN:" + PORT + ",reuseaddr CREATE:/tmp/received");
        GuestNic.await(guest.guest(), "ss -Hltn sport = :" + PORT + " | grep -q LISTEN");
        host.check("timeout 170 socat -u OPEN:" + sent + " TCP4:" + wire.guestAddress() + ":" + PORT);
        receiver.await(Duration.ofMinutes(3)).orFail();
        assertThat(guest.guest().check("sha256sum < /tmp/received | cut -c 1-64")).isEqualTo(sum);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("exchange frames of 9,000 bytes")
    void jumbo(Wire wire) {
        GuestNic guest = GUESTS.get(wire);
        guest.mtu(JUMBO_MTU);
        host.check("ip link set " + wire.device + " mtu " + JUMBO_MTU);
        farEnd.check("ip link set veth0 mtu " + JUMBO_MTU);

        guest.check("ping -c 2 -i 0.2 -w 60 -M do -s " + (JUMBO_MTU - IP_AND_ICMP) + " " + wire.hostAddress());

        guest.mtu(ETHERNET_MTU);
    }

    @ParameterizedTest
    @EnumSource(names = {"TAP", "PACKET"})
    @DisplayName("are trunks: guests behind two of them reach each other in a VLAN, by a bridge that leaves tags alone")
    void trunk(Wire wire) {
        host.check("ip link add br0 type bridge && ip link set br0 up && ip link set " + wire.device +
            " master br0 && ip link set " + Wire.PF.device + " master br0");
        GuestNic one = GUESTS.get(wire);
        GuestNic other = GUESTS.get(Wire.PF);
        for (GuestNic nic : List.of(one, other)) {
            nic.check("ip link add link " + nic.name() + " name vlan" + VLAN + " type vlan id " + VLAN);
        }
        one.upper("vlan" + VLAN).up("10.10.0.1/24");
        other.upper("vlan" + VLAN).up("10.10.0.2/24");

        one.ping("10.10.0.2");

        for (GuestNic nic : List.of(one, other)) {
            nic.check("ip link del vlan" + VLAN);
        }
        host.check("ip link del br0");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("lose their link while the host's interface is down, and have it back afterwards")
    void linkFlaps(Wire wire) {
        host.check("ip link set " + wire.device + " down");
        awaitCarrier(GUESTS.get(wire), false);
        assertThat(shown(wire)).contains(": link down (the interface " + (wire == Wire.PACKET
            ? "has no carrier: " : "is not up; switch it on: ip link set " + wire.device + " up)"));

        hostUp(wire);
        awaitCarrier(GUESTS.get(wire), true);
        assertThat(shown(wire)).endsWith(": link up");
        GUESTS.get(wire).ping(wire.hostAddress());
    }

    /** What the card says of its uplink. */
    private static String shown(Wire wire) {
        return CARDS.get(wire).vfnic("show").orFail().stdout().lines().filter(line -> line.startsWith("uplink "))
            .findFirst().orElseThrow();
    }

    @Test
    @DisplayName("lose their link when the host's interface is deleted, and have it back with a new one of its name")
    void interfacesAreMadeAnew() {
        host.check("ip link del tap0 && ip link del veth1");
        awaitCarrier(GUESTS.get(Wire.TAP), false);
        awaitCarrier(GUESTS.get(Wire.PACKET), false);
        for (Wire wire : List.of(Wire.TAP, Wire.PACKET)) {
            assertThat(CARDS.get(wire).log()).contains(": link down: the interface is gone; ");
        }

        host.check("ip tuntap add dev tap0 mode tap");
        farEnd.joinTo(host, "veth0", "veth1");
        for (Wire wire : List.of(Wire.TAP, Wire.PACKET)) {
            hostUp(wire);
            awaitCarrier(GUESTS.get(wire), true);
            GUESTS.get(wire).ping(wire.hostAddress());
        }
    }

    @Test
    @DisplayName("count the frames that Linux drops while the card does not read, where it reads packets")
    void missedFrames() {
        CardProcess card = CARDS.get(Wire.PACKET);
        long before = missed(card);
        host.check("ip neigh replace 10.9.2.9 lladdr 02:00:00:00:00:09 dev " + Wire.PACKET.device);

        host.check("kill -STOP " + card.pid() + "; head -c " + FLOOD_BYTES + " /dev/zero | " +
            "socat -u -b " + FLOOD_DATAGRAM + " - UDP4-SENDTO:10.9.2.9:9; kill -CONT " + card.pid());

        Await.until("missed frames are counted", () -> missed(card) > before);
        GUESTS.get(Wire.PACKET).ping(Wire.PACKET.hostAddress());
    }

    private static long missed(CardProcess card) {
        return Long.parseLong(card.vfnic("stats", "uplink").orFail().stdout().lines()
            .filter(line -> line.contains("rx_dropped_missed: ")).findFirst().orElseThrow().replaceAll("\\D", ""));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("are captured at the function and at the uplink: as many pings as were counted, each way; tshark " +
        "reads it")
    void captures(Wire wire) {
        String function = wire == Wire.PF ? "pf" : "vf0";
        Path file = LAB.lab().directory().resolve(wire + ".pcapng");
        try (WatchProgram capture = WatchProgram.start(
            CARDS.get(wire), "capture", function, "uplink", "-w", file.toString())) {
            assertThat(GUESTS.get(wire).check(PINGS.to(wire.hostAddress()))).contains(PINGS.answered());
            capture.interrupt();

            assertThat(capture.exitCode()).isZero();
            assertThat(capture.messages()).doesNotContain("lost");
        }
        assertThat(Tshark.pings(file)).isEqualTo(Map.of(
            function + "\t0x00000002\t8\tto uplink", PINGS.count(),
            "uplink\t0x00000002\t8\tdelivered", PINGS.count(),
            "uplink\t0x00000001\t0\tto " + function, PINGS.count(),
            function + "\t0x00000001\t0\tdelivered", PINGS.count()));
    }

    @Test
    @DisplayName("find what passed the wire in the PF's statistics")
    void portStatistics() {
        GuestNic pf = GUESTS.get(Wire.PF);
        long before = pf.statistic("tx_packets");
        pf.ping(Wire.PF.hostAddress());

        Await.until("igb has read the port's counters", () -> pf.statistic("tx_packets") >= before + 3);
    }
}
