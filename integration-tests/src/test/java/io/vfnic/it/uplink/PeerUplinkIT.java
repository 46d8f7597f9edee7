package io.vfnic.it.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.RawFrame;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two guests on six cards of a Virtual Function each. The cards' uplinks lead to each other, to a NIC that QEMU has
 * itself, and to passt in a network namespace behind which another one, the internet, has a web server.
 */
@DisplayName("Cards whose uplink is a Unix socket")
class PeerUplinkIT {
    private static final int FILE_BYTES = 2_000_001;
    private static final int JUMBO_MTU = 9000;
    /** What is left of it for an echo request's data, behind the headers of IP and ICMP. */
    private static final int JUMBO_ECHO = JUMBO_MTU - 28;
    private static final int VLAN = 7;
    /** RFC 5737: for examples. */
    private static final String ROUTER = "192.0.2.1";
    private static final String WEB_SERVER = "198.51.100.10";

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static List<CardProcess> cards;
    private static Guest a;
    private static Guest b;
    private static NetworkNamespace inside;
    private static Process passt;

    @BeforeAll
    static void start() throws IOException {
        Path places = LAB.lab().directory();
        startInternet();
        cards = LAB.lab().startCards(List.of(
            "stream:" + places.resolve("joint.sock") + ",server",
            "stream:" + places.resolve("joint.sock"),
            "stream:" + places.resolve("qemu.sock") + ",server",
            "stream:" + places.resolve("passt.sock"),
            "dgram:" + places.resolve("left.sock") + "," + places.resolve("right.sock"),
            "dgram:" + places.resolve("right.sock") + "," + places.resolve("left.sock")));
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("a").withFunction(cards.get(0).vf(0)).withFunction(cards.get(2).vf(0))
                .withFunction(cards.get(3).vf(0)).withFunction(cards.get(4).vf(0)),
            GuestSpec.named("b").withFunction(cards.get(1).vf(0)).withFunction(cards.get(5).vf(0))
                .withSparePorts(3).withQemuArguments(
                    "-netdev", "stream,id=net0,addr.type=unix,addr.path=" + places.resolve("qemu.sock")
                        + ",server=off,reconnect-ms=100",
                    "-device", "e1000e,netdev=net0,bus=spare2,mac=52:54:00:00:00:01")));
        a = guests.get(0);
        b = guests.get(1);
        b.check("modprobe e1000e");
    }

    /** A router between a namespace in which passt runs, as an unprivileged user's would, and a web server. */
    private static void startInternet() throws IOException {
        Path files = Files.createDirectory(LAB.lab().directory().resolve("web"));
        byte[] bytes = new byte[FILE_BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(files.resolve("file"), bytes);

        inside = LAB.lab().network();
        NetworkNamespace internet = LAB.lab().network();
        inside.joinTo(internet, "wan", "lan");
        inside.check("ip address add 192.0.2.2/24 dev wan && ip route add default via " + ROUTER);
        internet.check("ip address add " + ROUTER + "/24 dev lan && ip address add " + WEB_SERVER + "/32 dev lo");
        internet.start(LAB.lab().directory().resolve("web.log"), System.getProperty("java.home") + "/bin/jwebserver",
            "--bind-address", WEB_SERVER, "--port", "80", "--directory", files.toString());
        startPasst();
    }

    private static void startPasst() {
        // The lab's directory is root's, and passt would become nobody.
        passt = inside.start(LAB.lab().directory().resolve("passt.log"),
            "passt", "--foreground", "--runas", "0", "--mtu", "1500",
            "--socket", LAB.lab().directory().resolve("passt.sock").toString());
    }

    @Test
    @DisplayName("join two cards by a stream: frames of any size, VLANs, and again after a card's death")
    void joinsCardsByAStream() {
        GuestNic left = GuestNic.onBus(a, 1).up("10.1.0.1/24");
        GuestNic right = GuestNic.onBus(b, 1).up("10.1.0.2/24");
        carries(left, "10.1.0.1", right, "10.1.0.2");

        GuestNic leftVlan = joinVlan(left, "10.1.1.1/24");
        GuestNic rightVlan = joinVlan(right, "10.1.1.2/24");
        carries(leftVlan, "10.1.1.1", rightVlan, "10.1.1.2");

        carriesJumboFrames(left, "10.1.0.1", right, "10.1.0.2");

        assertThat(shown(0)).contains("joint.sock,server: link up\n");
        cards.get(1).kill();
        awaitCarrier(left, false);
        assertThat(shown(0)).contains("joint.sock,server: link down (");
        right.check("ip address flush dev " + right.name());
        CardProcess again = LAB.lab().startCard(
            1, "--uplink", "stream:" + LAB.lab().directory().resolve("joint.sock"));
        awaitCarrier(left, true);
        GuestNic plugged = GuestNic.plug(b, again.vf(0)).up("10.1.0.3/24");
        carries(left, "10.1.0.1", plugged, "10.1.0.3");
    }

    @Test
    @DisplayName("join two cards by datagrams: frames of any size, VLANs, and again after a card's death")
    void joinsCardsByDatagrams() {
        GuestNic left = GuestNic.onBus(a, 4).up("10.3.0.1/24");
        GuestNic right = GuestNic.onBus(b, 2).up("10.3.0.2/24");
        carries(left, "10.3.0.1", right, "10.3.0.2");

        GuestNic leftVlan = joinVlan(left, "10.3.1.1/24");
        GuestNic rightVlan = joinVlan(right, "10.3.1.2/24");
        carries(leftVlan, "10.3.1.1", rightVlan, "10.3.1.2");

        carriesJumboFrames(left, "10.3.0.1", right, "10.3.0.2");

        cards.get(5).kill();
        awaitCarrier(left, false);
        assertThat(shown(4)).contains("right.sock: link down (connect to ");
        countsWhatNobodyGets(cards.get(4), left);
        right.check("ip address flush dev " + right.name());
        CardProcess again = LAB.lab().startCard(1, "--uplink", "dgram:"
            + LAB.lab().directory().resolve("right.sock") + "," + LAB.lab().directory().resolve("left.sock"));
        awaitCarrier(left, true);
        GuestNic plugged = GuestNic.plug(b, again.vf(0)).up("10.3.0.3/24");
        carries(left, "10.3.0.1", plugged, "10.3.0.3");
    }

    @Test
    @DisplayName("reach a guest on a NIC of QEMU's own over its stream netdev")
    void reachesQemusNics() {
        GuestNic function = GuestNic.onBus(a, 2).up("10.2.0.1/24");
        GuestNic e1000e = GuestNic.drivenBy("e1000e", b, 5).up("10.2.0.2/24");
        carries(function, "10.2.0.1", e1000e, "10.2.0.2");
    }

    @Test
    @DisplayName("reach the internet through passt, and again when passt has died and come back")
    void reachesTheInternetThroughPasst() {
        GuestNic nic = GuestNic.onBus(a, 3).up();
        fetches(nic);

        passt.destroyForcibly();
        awaitCarrier(nic, false);
        startPasst();
        awaitCarrier(nic, true);
        fetches(nic);
    }

    private static String shown(int card) {
        return cards.get(card).vfnic("show").orFail().stdout();
    }

    /** A VF that is always shown a link sends where there is none. */
    private static void countsWhatNobodyGets(CardProcess card, GuestNic nic) {
        card.vfnic("set", "vf", "0", "state", "enable").orFail();
        awaitCarrier(nic, true);
        RawFrame.send(nic, RawFrame.BROADCAST, nic.mac(), "lost");
        Await.until("the frame is counted", () -> !card.vfnic("stats", "uplink").orFail().stdout()
            .contains("tx_dropped_link_down: 0\n"));
        card.vfnic("set", "vf", "0", "state", "auto").orFail();
        awaitCarrier(nic, false);
    }

    private static void fetches(GuestNic nic) {
        nic.check("udhcpc -n -q -t 20 -T 1 -i " + nic.name() + " -s /share/dhcp");
        assertThat(nic.check("ip route")).contains("default via " + ROUTER);
        nic.check("wget -q -O /tmp/fetched http://" + WEB_SERVER + "/file");
        String sum = nic.check("sha256sum /tmp/fetched").substring(0, 64);
        assertThat(sum).isEqualTo(inside.check(
            "sha256sum < " + LAB.lab().directory().resolve("web/file") + " | cut -c 1-64"));
    }

    private static void carries(GuestNic one, String addressOfOne, GuestNic two, String addressOfTwo) {
        one.ping(addressOfTwo);
        FileTransfer.checkBothWays(one, addressOfOne, two, addressOfTwo, FILE_BYTES);
        for (GuestNic nic : List.of(one, two)) {
            assertThat(nic.check("cat /sys/class/net/" + nic.name() + "/statistics/rx_errors"))
                .as("receive errors of %s", nic).isEqualTo("0");
        }
    }

    private static void carriesJumboFrames(GuestNic one, String addressOfOne, GuestNic two, String addressOfTwo) {
        one.mtu(JUMBO_MTU);
        two.mtu(JUMBO_MTU);
        one.check("ping -c 3 -i 0.1 -w 60 -M do -s " + JUMBO_ECHO + " " + addressOfTwo);
        carries(one, addressOfOne, two, addressOfTwo);
    }

    private static GuestNic joinVlan(GuestNic nic, String address) {
        String name = nic.name() + "." + VLAN;
        nic.check("ip link add link " + nic.name() + " name " + name + " type vlan id " + VLAN);
        return nic.upper(name).up(address);
    }

    private static void awaitCarrier(GuestNic nic, boolean up) {
        GuestNic.await(nic.guest(), "grep -q " + (up ? 1 : 0) + " /sys/class/net/" + nic.name() + "/carrier");
    }
}
