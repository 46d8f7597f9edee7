package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.Capture;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.Iperf;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.Pcap;
import io.vfnic.it.support.PfGuest;
import io.vfnic.it.support.RawFrame;
import io.vfnic.it.support.SendingRate;
import io.vfnic.it.support.WatchProgram;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.CommandResult;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the guest with the PF says of a VF by {@code ip link set ... vf}, shown by the traffic of the VFs' guests. */
@DisplayName("ip link set PF vf N, in the guest with the PF,")
class VfPolicyIT {
    private static final String STRANGER = "02:00:00:00:77:77";
    private static final String PF_ADDRESS = "10.0.0.1";
    private static final String VF0_ADDRESS = "10.0.0.2";
    private static final String VF1_ADDRESS = "10.0.0.3";
    private static final String GIVEN = "02:00:00:00:00:a0";
    private static final int ATTEMPTS = 4;
    private static final String SPOOF_MESSAGE = "Spoof event(s) detected on VF ";

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static GuestNic pf;
    private static GuestNic vf0;
    private static GuestNic vf1;

    @BeforeAll
    static void boot() {
        card = LAB.lab().startCard(2, "--pf", "guest");
        final PfGuest host = PfGuest.boot(LAB.lab(), PfGuest.spec(card, 2), PF_ADDRESS + "/24");
        host.enableVfs(2);
        pf = GuestNic.ofPf(host.guest(), 1);
        final List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("vf0").withFunction(card.vf(0)), GuestSpec.named("vf1").withFunction(card.vf(1))));
        vf0 = GuestNic.onBus(guests.get(0), 1).up(VF0_ADDRESS + "/24");
        vf1 = GuestNic.onBus(guests.get(1), 1).up(VF1_ADDRESS + "/24");
        vf0.ping(PF_ADDRESS);
        vf1.ping(PF_ADDRESS);
    }

    @AfterEach
    void asAtFirst() {
        vf0.guest().run("killall iperf3");
        vf1.guest().run("killall iperf3");
        for (int vf = 0; vf < 2; vf++) {
            set(vf, "vlan 0");
            set(vf, "spoofchk on");
            set(vf, "trust off");
            set(vf, "max_tx_rate 0");
        }
    }

    @Test
    @DisplayName("spoofchk: drops a frame with a foreign source and says so in the kernel's log; off, lets it through")
    void spoofCheck() {
        // igb asks every two seconds who has spoofed: until then, the log may still get what an earlier test has done.
        pf.guest().check("sleep 5; dmesg -c");
        try (Capture capture = Capture.on(pf)) {
            RawFrame.send(vf0, pf.mac(), STRANGER, "spoofed");
            RawFrame.send(vf0, pf.mac(), vf0.mac(), "honest");
            assertThat(capture.upTo("honest")).doesNotContain("spoofed");
        }
        GuestNic.await(pf.guest(), "dmesg | grep -F '" + SPOOF_MESSAGE + "0'");
        assertThat(pf.guest().check("dmesg")).doesNotContain(SPOOF_MESSAGE + "1");

        set(0, "spoofchk off");
        try (Capture capture = Capture.on(pf)) {
            RawFrame.send(vf0, pf.mac(), STRANGER, "permitted");
            assertThat(capture.upTo("permitted")).contains("permitted");
        }
    }

    @Test
    @DisplayName("spoofchk: a VF that does nothing but spoof keeps neither the PF's guest busy nor others from sending")
    void spoofFlood() throws IOException {
        final int loops = 200;
        final List<byte[]> frames = Collections.nCopies(100, RawFrame.bytes(pf.mac(), STRANGER, "flood"));
        Pcap.write(vf0.guest().share().resolve("flood.pcap"), frames);
        final long before = otherInterrupts();

        final CommandResult flood =
            vf0.run("tcpreplay --quiet --topspeed --loop=" + loops + " --intf1=" + vf0.name() + " /share/flood.pcap");

        assertThat(flood.exitCode()).as(flood.stderr()).isZero();
        assertThat(otherInterrupts() - before).as("interrupts for %d spoofed frames", loops * frames.size())
            .isBetween(1L, (long) loops * frames.size() / 10);
        vf1.ping(PF_ADDRESS);
        vf0.ping(PF_ADDRESS);
    }

    @Test
    @DisplayName("vlan, qos: tags what the VF sends, with the priority, and takes the tag from what it receives")
    void portVlan() {
        set(0, "vlan 7 qos 5");
        set(1, "vlan 7");
        try (Capture atPf = Capture.promiscuous(pf); Capture atVf = Capture.promiscuous(vf1)) {
            RawFrame.send(vf0, RawFrame.BROADCAST, vf0.mac(), "inport");

            assertThat(atPf.upTo("inport")).contains("vlan 7, p 5");
            assertThat(atVf.upTo("inport")).doesNotContain("vlan");
        }
        vf0.ping(VF1_ADDRESS);
        assertThat(vf0.run("ping -c 3 -i 0.2 -W 1 " + PF_ADDRESS).stdout()).contains("0 received");
    }

    @Test
    @DisplayName("stands below what the card's operator sets, and holds again when he gives that back")
    void operatorStandsAbove() {
        set(0, "vlan 7");
        set(1, "vlan 7");
        vf0.ping(VF1_ADDRESS);

        operatorSets("0", "vlan", "9");
        assertThat(vf0.run("ping -c 3 -i 0.2 -W 1 " + VF1_ADDRESS).stdout()).contains("0 received");
        operatorSets("1", "vlan", "9");
        vf0.ping(VF1_ADDRESS);
        assertThat(pf.check("ip link show " + pf.name())).contains("vlan 7").doesNotContain("vlan 9");

        operatorSets("1", "vlan", "auto");
        assertThat(vf0.run("ping -c 3 -i 0.2 -W 1 " + VF1_ADDRESS).stdout()).contains("0 received");
        operatorSets("0", "vlan", "auto");
        vf0.ping(VF1_ADDRESS);

        operatorSets("0", "state", "disable");
        awaitCarrier(vf0, 0);
        operatorSets("0", "state", "auto");
        awaitCarrier(vf0, 1);
        vf0.ping(VF1_ADDRESS);

        operatorSets("0", "state", "enable");
        operatorSets("1", "state", "enable");
        card.vfnic("link", "down").orFail();
        awaitCarrier(pf, 0);
        GuestNic.await(vf0.guest(), "ping -c 1 -W 1 " + VF1_ADDRESS);
        card.vfnic("link", "up").orFail();
        awaitCarrier(pf, 1);
        operatorSets("0", "state", "auto");
        operatorSets("1", "state", "auto");
        vf0.ping(VF1_ADDRESS);

        assertThat(card.vfnic("set", "vf", "0", "trust", "on").stderr())
            .contains("in that guest: ip link set DEV vf 0 trust on");
        card.vfnic("reset", "vf0").orFail();
        GuestNic.await(vf0.guest(), "ping -c 1 -W 1 " + VF1_ADDRESS);
    }

    @Test
    @DisplayName("is an event for who watches the card, whichever of its registers the driver writes, and a reset of " +
        "the PF is none")
    void isWatched() {
        final String before = card.vfnic("show", "vf0", "-j").orFail().stdout()
            .replaceAll("(?s).*?\"mac\": \"([^\"]*)\".*", "$1");
        try (WatchProgram events = WatchProgram.start(card, "events", "vf0", "--json")) {
            set(0, "vlan 7 qos 5");
            set(0, "spoofchk off");
            set(0, "max_tx_rate 100");
            set(0, "mac " + GIVEN);
            final int changes = 4;
            Await.until("the changes are told", () -> policies(events).size() >= changes);
            assertThat(policies(events)).containsExactly("policy: driver: vlan 0 to 7, qos 0 to 5",
                "policy: driver: spoofchk on to off", "policy: driver: max-tx-rate 0 to 100",
                "policy: driver: mac " + before + " to " + GIVEN);

            operatorSets("0", "vlan", "9");
            operatorSets("0", "vlan", "auto");
            set(0, "mac " + before);
            set(0, "max_tx_rate 0");
            set(0, "spoofchk on");
            set(0, "vlan 0");
            final int all = 10;
            Await.until("those back are told", () -> policies(events).size() >= all);
            assertThat(policies(events).subList(changes, all)).containsExactly("policy: operator: vlan 9",
                "policy: operator: nothing set", "policy: driver: mac " + GIVEN + " to " + before,
                "policy: driver: max-tx-rate 100 to 0", "policy: driver: spoofchk off to on",
                "policy: driver: vlan 7 to 0, qos 5 to 0");

            pf.check("ip link set " + pf.name() + " down && ip link set " + pf.name() + " up");
            awaitCarrier(pf, 1);
            GuestNic.await(vf0.guest(), "ping -c 1 -W 1 " + PF_ADDRESS);
            GuestNic.await(vf1.guest(), "ping -c 1 -W 1 " + PF_ADDRESS);
            assertThat(policies(events)).hasSize(all);
        }
    }

    @Test
    @DisplayName("vlan: a VF cannot leave its VLAN by tags of its own, nor get into it from outside")
    void vlanIsolation() {
        pf.guest().check("dmesg -c");
        pf.check("ip link add link " + pf.name() + " name vlan9 type vlan id 9");
        set(0, "vlan 7");
        try (Capture atPf = Capture.promiscuous(pf); Capture atVf = Capture.promiscuous(vf1)) {
            RawFrame.sendTagged(vf0, RawFrame.BROADCAST, vf0.mac(), 9, "foreign");
            RawFrame.sendTagged(vf0, RawFrame.BROADCAST, vf0.mac(), 7, "doubled");
            RawFrame.sendTagged(vf0, RawFrame.BROADCAST, vf0.mac(), 0, "priority");
            GuestNic.await(pf.guest(), "dmesg | grep -F '" + SPOOF_MESSAGE + "0'");
            RawFrame.send(pf, RawFrame.BROADCAST, pf.mac(), "outside");
            RawFrame.send(vf1, RawFrame.BROADCAST, vf1.mac(), "atlast");

            assertThat(atVf.upTo("outside")).doesNotContain("foreign", "doubled", "priority");
            assertThat(atPf.upTo("atlast")).doesNotContain("foreign", "doubled", "priority");
        }
        final long received = vf0.statistic("rx_packets");
        RawFrame.send(vf1, vf0.mac(), vf1.mac(), "unicast");
        RawFrame.sendTagged(vf1, vf0.mac(), vf1.mac(), 7, "tagged");
        vf1.ping(PF_ADDRESS);
        assertThat(vf0.statistic("rx_packets")).isEqualTo(received);
        pf.check("ip link delete vlan9");
    }

    @Test
    @DisplayName("max_tx_rate: what the VF sends keeps to the limit within 10 %, and others are free")
    void rateLimit() {
        limitsRate(25, "tcp");
    }

    @Test
    @Tag("full")
    @DisplayName("max_tx_rate: small datagrams keep to the limit as well")
    void rateLimitOfDatagrams() {
        limitsRate(10, "udp");
    }

    private static void limitsRate(int megabits, String protocol) {
        startTraffic(protocol);
        set(0, "max_tx_rate " + megabits);

        // Where the machine has others to serve, a guest may for a while send less than it is allowed to, never more.
        double most = 0;
        for (int attempt = 0; attempt < ATTEMPTS && most < megabits * 0.9; attempt++) {
            SendingRate rate = SendingRate.of(vf0, 5);
            assertThat(rate.least()).isLessThan(megabits * 1.1);
            most = rate.most();
        }
        assertThat(most).isGreaterThan(megabits * 0.9);
        vf1.ping(PF_ADDRESS);
        set(0, "max_tx_rate 0");
        Await.until("it sends faster again", () -> SendingRate.of(vf0, 1).least() > megabits * 1.2);
    }

    @Test
    @DisplayName("max_tx_rate and min_tx_rate that the link or the driver has not are refused")
    void refusedRates() {
        assertThat(trySet(0, "max_tx_rate 2000").exitCode()).isNotZero();
        assertThat(trySet(0, "max_tx_rate 100 min_tx_rate 10").exitCode()).isNotZero();
    }

    @Test
    @DisplayName("state is nothing that igb knows: it says so, and the VF's link stays")
    void state() {
        final CommandResult refused = trySet(0, "state disable");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr()).contains("not supported");
        vf0.ping(PF_ADDRESS);
    }

    @Test
    @DisplayName("mac, trust: the VF has the address after its reset, and can have others only when trusted")
    void address() {
        final String own = "02:00:00:00:00:b0";
        set(0, "mac " + GIVEN);
        vf0.guest().check("modprobe -r igbvf && modprobe igbvf");
        vf0 = GuestNic.onBus(vf0.guest(), 1).up(VF0_ADDRESS + "/24");
        assertThat(vf0.mac()).isEqualTo(GIVEN);
        vf0.ping(PF_ADDRESS);

        assertThat(vf0.run("ip link set " + vf0.name() + " address " + own).exitCode()).isNotZero();
        assertThat(vf0.mac()).isEqualTo(GIVEN);
        addMacvlan();
        assertThat(vf0.run("ping -c 3 -i 0.2 -W 1 -I macvlan0 " + PF_ADDRESS).stdout()).contains("0 received");
        vf0.check("ip link delete macvlan0");

        set(0, "trust on");
        addMacvlan();
        vf0.check("ping -c 3 -i 0.2 -w 60 -I macvlan0 " + PF_ADDRESS);
        vf0.check("ip link delete macvlan0");
        vf0.check("ip link set " + vf0.name() + " address " + own);
        vf0.ping(PF_ADDRESS);
    }

    private static void addMacvlan() {
        vf0.check("ip link add link " + vf0.name() + " name macvlan0 address 02:00:00:00:00:c0 type macvlan");
        vf0.check("ip address add 10.0.0.4/24 dev macvlan0");
        vf0.check("ip link set macvlan0 up");
    }

    /** Has VF 0 send to VF 1 as fast as it can, until the test ends. */
    private static void startTraffic(String protocol) {
        Iperf.serve(vf1);
        // For a day: where guests' processors are emulated and the host is busy, a guest's clock may run too fast.
        // One stream's socket buffer is too small to keep the queue full while the guest waits for its turn on the
        // host.
        vf0.start("iperf3 -t 86400 -P 4 -c " + VF1_ADDRESS + (protocol.equals("udp") ? " -u -b 0 -l 1470" : ""));
    }

    /** Interrupts of the PF's vector for what is not its queues'. */
    private static long otherInterrupts() {
        return Long.parseLong(pf.check("awk '$NF == \"" + pf.name() + "\" { print $2 }' /proc/interrupts"));
    }

    private static List<String> policies(WatchProgram events) {
        return events.objects().stream().filter(event -> event.get("kind").getAsString().equals("policy_changed"))
            .map(event -> event.get("text").getAsString()).toList();
    }

    private static void awaitCarrier(GuestNic nic, int carrier) {
        GuestNic.await(nic.guest(), "grep " + carrier + " /sys/class/net/" + nic.name() + "/carrier");
    }

    private static void operatorSets(String vf, String setting, String value) {
        card.vfnic("set", "vf", vf, setting, value).orFail();
    }

    private static void set(int vf, String what) {
        trySet(vf, what).orFail();
    }

    private static CommandResult trySet(int vf, String what) {
        return pf.run("ip link set " + pf.name() + " vf " + vf + " " + what);
    }
}
