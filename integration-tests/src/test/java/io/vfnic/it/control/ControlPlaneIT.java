package io.vfnic.it.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vfnic.it.support.Await;
import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.Capture;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.RawFrame;
import io.vfnic.it.support.SendingRate;
import io.vfnic.it.support.WatchProgram;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** server/docs/control.md, tried on a card that drives its PF itself, with two guests on its VFs. */
@DisplayName("vfnic, asking a running card,")
class ControlPlaneIT {
    private static final String ADDRESS_0 = "10.0.0.1";
    private static final String ADDRESS_1 = "10.0.0.2";
    private static final String NEW_MAC = "02:00:00:00:0a:01";
    private static final String CHOSEN = "02:00:00:00:0a:02";
    private static final String STRANGER = "02:00:00:00:77:77";
    private static final String NOBODY = "65534";

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static GuestNic vf0;
    private static GuestNic vf1;

    @BeforeAll
    static void boot() {
        card = LAB.lab().startCard(2);
        final List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("guest0").withFunction(card.vf(0)), GuestSpec.named("guest1").withFunction(card.vf(1))));
        vf0 = GuestNic.onBus(guests.get(0), 1).up(ADDRESS_0 + "/24");
        vf1 = GuestNic.onBus(guests.get(1), 1).up(ADDRESS_1 + "/24");
        vf0.ping(ADDRESS_1);
    }

    @Test
    @DisplayName("show: tells which QEMU has which function, and in JSON the same as ever")
    void show() throws IOException {
        final String json = vfnic("show", "--json");

        assertThat(normalised(json)).isEqualTo(golden("show.json"));
        final JsonObject function = JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("functions").get(0)
            .getAsJsonObject();
        assertThat(function.get("mac").getAsString()).isEqualTo(vf0.mac());
        final int pid = function.getAsJsonObject("client").get("pid").getAsInt();
        assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"))).contains(card.vf(0).toString());
        assertThat(vfnic("show", "vf1")).contains("vf1: running, link up, client ", " (qemu-system-x86) guest guest1",
            "rx 0: enabled, ring of 1024 at 0x");
    }

    @Test
    @DisplayName("fdb, stats: lead to each VF by its address, and count what it sends")
    void looks() {
        assertThat(vfnic("fdb").lines()).contains(
            vf0.mac() + " dev vf0 pool 0", vf1.mac() + " dev vf1 pool 1");
        final long before = sent();
        vf0.ping(ADDRESS_1);
        assertThat(sent() - before).isGreaterThanOrEqualTo(3);
    }

    @Test
    @DisplayName("set vf vlan, fdb: isolates a VF and tags what it sends; in JSON as ever")
    void vlan() throws IOException {
        vfnic("set", "vf", "0", "vlan", "10", "qos", "3");
        assertThat(vf0.run("ping -c 3 -i 0.2 -W 1 " + ADDRESS_1).stdout()).contains("0 received");

        vf1.check("ip link add link " + vf1.name() + " name vlan10 type vlan id 10");
        vf1.upper("vlan10").up("10.0.10.2/24");
        vf0.check("ip address add 10.0.10.1/24 dev " + vf0.name());
        vf0.ping("10.0.10.2");
        assertThat(vfnic("fdb").lines()).contains("vlan 10 dev vf0 pool 0", "vlan 10 dev vf1 pool 1");
        assertThat(normalised(vfnic("fdb", "--json"))).isEqualTo(golden("fdb.json"));
        try (Capture capture = Capture.promiscuous(vf1)) {
            RawFrame.send(vf0, vf1.mac(), vf0.mac(), "tagged");
            assertThat(capture.upTo("tagged")).contains("vlan 10,");
        }

        vf1.check("ip link delete vlan10");
        vf0.check("ip address delete 10.0.10.1/24 dev " + vf0.name());
        vfnic("set", "vf", "0", "vlan", "auto", "qos", "auto");
        vf0.ping(ADDRESS_1);
    }

    @Test
    @DisplayName("set vf spoofchk: keeps frames with a foreign source back, or lets them through")
    void spoofCheck() {
        try (Capture capture = Capture.on(vf1)) {
            RawFrame.send(vf0, vf1.mac(), STRANGER, "spoofed");
            RawFrame.send(vf0, vf1.mac(), vf0.mac(), "honest");
            assertThat(capture.upTo("honest")).doesNotContain("spoofed");

            vfnic("set", "vf", "0", "spoofchk", "off");
            RawFrame.send(vf0, vf1.mac(), STRANGER, "permitted");
            capture.upTo("permitted");

            vfnic("set", "vf", "0", "spoofchk", "on");
            RawFrame.send(vf0, vf1.mac(), STRANGER, "forbidden");
            RawFrame.send(vf0, vf1.mac(), vf0.mac(), "again");
            assertThat(capture.upTo("again")).doesNotContain("forbidden");
        } finally {
            vfnic("set", "vf", "0", "spoofchk", "auto");
        }
    }

    @Test
    @DisplayName("set vf trust: lets the guest choose another address than the operator gave its VF")
    void trust() {
        final String own = vf0.mac();
        final String choose = "ip link set " + vf0.name() + " address ";
        vfnic("set", "vf", "0", "mac", NEW_MAC);
        awaitMac(NEW_MAC);
        assertThat(vf0.run(choose + CHOSEN).exitCode()).isNotZero();

        vfnic("set", "vf", "0", "trust", "on");
        vf0.check(choose + CHOSEN);
        vf0.ping(ADDRESS_1);
        assertThat(vfnic("show", "vf0")).contains(CHOSEN);

        vfnic("set", "vf", "0", "mac", "auto", "trust", "auto");
        awaitMac(own);
        GuestNic.await(vf1.guest(), "ping -c 1 -W 1 " + ADDRESS_0);
    }

    @Test
    @DisplayName("stats --watch: tells what passes each second, while it does")
    void rates() {
        BulkTraffic.start(vf0, vf1, ADDRESS_1);
        try (WatchProgram stats = WatchProgram.startPrinting(card, "stats", "vf0", "--watch", "0.5")) {
            Await.until("a rate", () -> stats.lines().stream().anyMatch(line -> line.matches(
                " *tx_packets: \\d+ \\([1-9][0-9.]*[kMG]?/s\\)")));
        } finally {
            BulkTraffic.end(vf0.guest());
            BulkTraffic.end(vf1.guest());
        }
    }

    @Test
    @DisplayName("set vf state, link: take the carrier from one guest or from all, and give it back")
    void links() {
        vfnic("set", "vf", "0", "state", "disable");
        awaitCarrier(vf0, 0);
        awaitCarrier(vf1, 1);
        vfnic("set", "vf", "0", "state", "auto");
        awaitCarrier(vf0, 1);

        vfnic("link", "down");
        awaitCarrier(vf0, 0);
        awaitCarrier(vf1, 0);
        vfnic("link", "up");
        awaitCarrier(vf0, 1);
        awaitCarrier(vf1, 1);
        vf0.ping(ADDRESS_1);
    }

    @Test
    @DisplayName("set vf state: a VF that is shown a link always sends and receives while the port is down, one that " +
        "never is does not")
    void linksOfVfs() {
        vfnic("set", "vf", "0", "state", "enable");
        vfnic("set", "vf", "1", "state", "enable");
        vfnic("link", "down");
        assertThat(vfnic("show")).contains("card: link down");
        vf0.ping(ADDRESS_1);

        vfnic("set", "vf", "0", "state", "disable");
        awaitCarrier(vf0, 0);
        final long received = vf0.statistic("rx_packets");
        assertThat(vf1.run("ping -c 3 -i 0.2 -W 1 " + ADDRESS_0).stdout()).contains("0 received");
        assertThat(vf0.statistic("rx_packets")).isEqualTo(received);

        vfnic("set", "vf", "0", "state", "auto");
        vfnic("set", "vf", "1", "state", "auto");
        awaitCarrier(vf1, 0);
        vfnic("link", "up");
        awaitCarrier(vf0, 1);
        awaitCarrier(vf1, 1);
        vf0.ping(ADDRESS_1);
    }

    @Test
    @DisplayName("set vf max-tx-rate: holds a stream to the rate")
    void rate() {
        final int limit = 5;
        vfnic("set", "vf", "0", "max-tx-rate", Integer.toString(limit));
        try {
            BulkTraffic.start(vf0, vf1, ADDRESS_1);

            final SendingRate rate = SendingRate.of(vf0, 3);
            assertThat(rate.most()).isPositive();
            assertThat(rate.least()).isLessThan(limit * 1.5);
        } finally {
            BulkTraffic.end(vf0.guest());
            BulkTraffic.end(vf1.guest());
            vfnic("set", "vf", "0", "max-tx-rate", "auto");
        }
    }

    @Test
    @DisplayName("set vf mac, set vfs, reset: igbvf takes a VF up again by itself each time")
    void drivers() {
        final String own = vf0.mac();
        vfnic("set", "vf", "0", "mac", NEW_MAC);
        vfnic("set", "vfs", "1");
        awaitCarrier(vf1, 0);
        vfnic("set", "vfs", "2");
        awaitMac(NEW_MAC);
        GuestNic.await(vf1.guest(), "ping -c 1 -W 1 " + ADDRESS_0);

        vfnic("reset", "vf1");
        GuestNic.await(vf1.guest(), "ping -c 1 -W 1 " + ADDRESS_0);
        vfnic("set", "vf", "0", "mac", "auto");
        awaitMac(own);
        GuestNic.await(vf1.guest(), "ping -c 1 -W 1 " + ADDRESS_0);
        assertThat(vfnic("show", "vf0")).doesNotContain("*");
    }

    @Test
    @DisplayName("is refused where another user asks, even one to whom the socket's file is open")
    void anotherUser() throws Exception {
        final Path socket = card.directory().resolve("control.sock");
        open(socket, "rw-rw-rw-", "rwxr-xr-x");
        try {
            final Process stranger = new ProcessBuilder("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY,
                "--clear-groups", "perl", "-MIO::Socket::UNIX", "-e",
                "$s = IO::Socket::UNIX->new(Peer => shift) or die $!; print while read($s, $_, 4096)",
                socket.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            final Response response = Response.parseDelimitedFrom(stranger.getInputStream());

            assertThat(stranger.waitFor()).isZero();
            assertThat(response.getError().getCode()).isEqualTo(Error.Code.CODE_REFUSED);
            assertThat(response.getError().getMessage()).contains("you are user " + NOBODY);
        } finally {
            open(socket, "rw-------", "rwx------");
        }
    }

    private static void open(Path socket, String file, String directories) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(file));
        Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString(directories));
        Files.setPosixFilePermissions(LAB.lab().directory(), PosixFilePermissions.fromString(directories));
    }

    private static String vfnic(String... words) {
        return card.vfnic(words).orFail().stdout();
    }

    private static long sent() {
        final JsonObject stats = JsonParser.parseString(vfnic("stats", "vf0", "-j")).getAsJsonObject();
        return stats.getAsJsonArray("functions").get(0).getAsJsonObject().getAsJsonObject("counters")
            .get("tx_packets").getAsLong();
    }

    private static void awaitMac(String mac) {
        GuestNic.await(vf0.guest(), "grep " + mac + " /sys/class/net/" + vf0.name() + "/address");
    }

    private static void awaitCarrier(GuestNic nic, int carrier) {
        GuestNic.await(nic.guest(), "grep " + carrier + " /sys/class/net/" + nic.name() + "/carrier");
    }

    /** What differs from boot to boot and from version to version is left out. */
    private static String normalised(String json) {
        return json.replaceAll("\"[0-9a-f]{2}(:[0-9a-f]{2}){5}\"", "\"MAC\"")
            .replaceAll("(?<=\"version\": )\".*\"", "\"VERSION\"")
            .replaceAll("(?<=\"(pid|base|head|tail)\": )\\d+", "0");
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ControlPlaneIT.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
