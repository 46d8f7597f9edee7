package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Capture;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import io.vfnic.it.support.QueueCounters;
import io.vfnic.it.support.RawFrame;
import io.vfnic.it.support.Streams;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Linux does with network interfaces, done with a PF that igb drives with SR-IOV on. The traffic is with a VF in
 * another guest; the PF's guest has a VF of its own as well, for a second interface.
 */
@DisplayName("A Physical Function in a guest, with its VFs enabled,")
class PfNetworkIT {
    private static final String PF_ADDRESS = "10.0.0.1";
    private static final String VF_ADDRESS = "10.0.0.2";
    private static final String STRANGER = "02:00:00:00:00:99";
    private static final String BOND = "/sys/class/net/bonded/bonding/";
    private static final int ETHERNET_MTU = 1500;
    private static final int IP_AND_ICMP = 28;
    private static final int FILE = 200_000;
    private static final int STREAM = 1_000_000;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Guest host;
    private static GuestNic pf;
    private static GuestNic sibling;
    private static GuestNic vf;

    @BeforeAll
    static void boot() {
        final CardProcess card = LAB.lab().startCard(2, "--pf", "guest");
        final PfGuest guest = PfGuest.boot(
            LAB.lab(), PfGuest.spec(card, 2).withFunction(card.vf(1)).withCpus(2), PF_ADDRESS + "/24");
        guest.enableVfs(2);
        host = guest.guest();
        pf = GuestNic.ofPf(host, 1);
        sibling = GuestNic.onBus(host, 2);
        vf = GuestNic.onBus(LAB.lab().start(GuestSpec.named("vf").withFunction(card.vf(0))), 1).up(VF_ADDRESS + "/24");
        awaitPeer();
    }

    @Test
    @DisplayName("has two receive queues with a vector each, and RSS spreads flows over both")
    void spreadsFlows() {
        assertThat(pf.check("ethtool -l " + pf.name())).containsPattern("Combined:\\s+2[^:]*Current");
        assertThat(host.check("grep -c ' " + pf.name() + "-.*[rR]x-[01]$' /proc/interrupts")).isEqualTo("2");
        final QueueCounters before = QueueCounters.received(pf);
        Streams.send(vf, pf, PF_ADDRESS, Streams.MANY, STREAM);

        assertThat(QueueCounters.received(pf).since(before)).hasSize(2).allMatch(packets -> packets > 0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {68, 1500, 4000, 9216})
    @DisplayName("carries packets of just the MTU, unfragmented, both ways")
    void mtu(int mtu) {
        mtus(mtu, mtu);
        final int payload = mtu - IP_AND_ICMP;
        pf.check("ping -c 3 -i 0.1 -w 60 -M do -s " + payload + " " + VF_ADDRESS);
        vf.check("ping -c 3 -i 0.1 -w 60 -M do -s " + payload + " " + PF_ADDRESS);
        FileTransfer.checkBothWays(pf, PF_ADDRESS, vf, VF_ADDRESS, mtu < 576 ? 2_000 : FILE);
        mtus(ETHERNET_MTU, ETHERNET_MTU);
    }

    @Test
    @DisplayName("carries a VLAN, and a VLAN within a service VLAN (802.1ad), to a VF that takes both")
    void vlans() {
        // The inner tag makes the frame longer; igb's buffers have room for that, and igbvf's with such an MTU.
        mtus(ETHERNET_MTU, ETHERNET_MTU + 4);
        for (GuestNic nic : List.of(pf, vf)) {
            final int host = nic == pf ? 1 : 2;
            link(nic, "link " + nic.name() + " name c5 mtu 1500 type vlan id 5").up("10.0.5." + host + "/24");
            link(nic, "link " + nic.name() + " name s100 mtu 1500 type vlan proto 802.1ad id 100").up();
            link(nic, "link s100 name s100c7 mtu 1500 type vlan id 7").up("10.0.7." + host + "/24");
        }
        for (String network : List.of("10.0.5.", "10.0.7.")) {
            pf.ping(network + 2);
            pf.check("ping -c 3 -i 0.1 -w 60 -M do -s 1472 " + network + 2);
            FileTransfer.checkBothWays(pf, network + 1, vf, network + 2, FILE);
        }
        for (GuestNic nic : List.of(pf, vf)) {
            nic.check("ip link delete c5");
            nic.check("ip link delete s100");
        }
        mtus(ETHERNET_MTU, ETHERNET_MTU);
    }

    @Test
    @DisplayName("in a bridge with VLAN filter lets what is behind the bridge talk to a VF, untagged and in a VLAN")
    void bridge() {
        link(pf, "name br0 type bridge vlan_filtering 1").up();
        pf.check("ip link set " + pf.name() + " master br0");
        pf.check("ip netns add behind");
        pf.check("ip link add port type veth peer name inside netns behind");
        host.check("ip link set port master br0 up && bridge vlan add dev port vid 6 && bridge vlan add dev "
            + pf.name() + " vid 6 && ip -n behind link set inside up"
            + " && ip -n behind address add 10.0.0.50/24 dev inside"
            + " && ip -n behind link add link inside name inside.6 type vlan id 6 && ip -n behind link set inside.6 up"
            + " && ip -n behind address add 10.0.6.50/24 dev inside.6");
        final GuestNic tagged = link(vf, "link " + vf.name() + " name c6 type vlan id 6").up("10.0.6.2/24");

        for (String network : List.of("10.0.0.", "10.0.6.")) {
            GuestNic.await(host, "ip netns exec behind ping -c 1 -W 1 " + network + 2);
            vf.ping(network + 50);
            final GuestNic inside = pf.elsewhere("behind", "inside");
            FileTransfer.checkBothWays(inside, network + 50, vf, network + 2, FILE);
        }

        tagged.check("ip link delete c6");
        host.check("ip netns delete behind && ip link delete br0");
        awaitPeer();
    }

    @Test
    @DisplayName("sees frames for others only where it is promiscuous, and for strange groups only with allmulticast")
    void promiscuity() {
        final String group = strangeGroup();
        assertThat(seen("promisc off", group)).doesNotContain("unicast", "group");
        assertThat(seen("allmulticast on", group)).contains("group").doesNotContain("unicast");
        assertThat(seen("allmulticast off promisc on", group)).contains("group", "unicast");
        assertThat(seen("promisc off", group)).doesNotContain("unicast", "group");

        pf.check("ip maddress add " + group + " dev " + pf.name());
        assertThat(seen("promisc off", group)).contains("group").doesNotContain("unicast");
        pf.check("ip maddress delete " + group + " dev " + pf.name());
    }

    @Test
    @DisplayName("finds neighbours by IPv6's multicasts, and duplicate addresses too")
    void ipv6() {
        for (GuestNic nic : List.of(pf, vf)) {
            nic.check("ip address add fd00::" + (nic == pf ? 1 : 2) + "/64 dev " + nic.name());
            GuestNic.await(nic.guest(), "! ip address show dev " + nic.name() + " | grep -q tentative");
        }
        pf.ping("fd00::2");
        FileTransfer.checkBothWays(pf, "fd00::1", vf, "fd00::2", FILE);

        vf.check("ip address add fd00::1/64 dev " + vf.name());
        GuestNic.await(vf.guest(), "ip address show dev " + vf.name() + " | grep 'fd00::1/64.*dadfailed'");
        for (GuestNic nic : List.of(pf, vf)) {
            nic.check("ip -6 address flush dev " + nic.name() + " scope global");
        }
    }

    @Test
    @DisplayName("takes another MAC address, and the old one no longer")
    void macAddress() {
        final String first = pf.mac();
        pf.check("ip link set " + pf.name() + " address 02:00:00:00:00:11");
        awaitPeer();
        try (Capture capture = Capture.on(pf)) {
            RawFrame.send(vf, first, vf.mac(), "former");
            RawFrame.send(vf, "02:00:00:00:00:11", vf.mac(), "present");
            assertThat(capture.upTo("present")).doesNotContain("former");
        }
        pf.check("ip link set " + pf.name() + " address " + first);
        awaitPeer();
    }

    @Test
    @Tag("full")
    @DisplayName("takes over in a bond when the active member's link goes; MII monitoring sees its own go, too")
    void activeBackup() {
        final GuestNic bond = bond("active-backup fail_over_mac active");
        host.check("echo " + sibling.name() + " > " + BOND + "primary");
        awaitActive(sibling);

        sibling.check("ip link set " + sibling.name() + " down");
        awaitActive(pf);
        FileTransfer.checkBothWays(bond, PF_ADDRESS, vf, VF_ADDRESS, FILE);

        pf.check("ip link set " + pf.name() + " down");
        GuestNic.await(host, "[ $(grep -c 'MII Status: up' /proc/net/bonding/bonded) = 0 ]");
        pf.check("ip link set " + pf.name() + " up");
        awaitActive(pf);
        awaitPeer();
        unbond();
    }

    @Test
    @Tag("full")
    @DisplayName("takes turns with a VF in a bond of both")
    void balanceRoundRobin() {
        final GuestNic bond = bond("balance-rr");
        final long sentByPf = sent(pf);
        final long sentBySibling = sent(sibling);
        FileTransfer.checkBothWays(bond, PF_ADDRESS, vf, VF_ADDRESS, FILE);

        assertThat(sent(pf)).isGreaterThan(sentByPf);
        assertThat(sent(sibling)).isGreaterThan(sentBySibling);
        unbond();
    }

    private static void awaitPeer() {
        GuestNic.await(host, "ping -c 1 -W 1 " + VF_ADDRESS);
    }

    /** Sets both MTUs: the PF's first, which resets its VFs, and the VF's then, which makes it recover at once. */
    private static void mtus(int ofPf, int ofVf) {
        pf.mtu(ofPf);
        vf.mtu(ofVf);
        for (GuestNic nic : List.of(pf, vf)) {
            nic.check("ip address replace " + (nic == pf ? PF_ADDRESS : VF_ADDRESS) + "/24 dev " + nic.name());
            // Else the path's MTU would be the smallest of late.
            nic.check("ip route flush cache");
        }
        awaitPeer();
    }

    private static GuestNic link(GuestNic nic, String device) {
        nic.check("ip link add " + device);
        return nic.upper(device.replaceAll(".*name (\\S+) .*", "$1"));
    }

    /** What the PF captures of a frame for a stranger, one for a group and one for itself. */
    private static String seen(String mode, String group) {
        for (String change : mode.split("(?<=on|off) ")) {
            pf.check("ip link set " + pf.name() + " " + change);
        }
        try (Capture capture = Capture.on(pf)) {
            RawFrame.send(vf, STRANGER, vf.mac(), "unicast");
            RawFrame.send(vf, group, vf.mac(), "group");
            RawFrame.send(vf, pf.mac(), vf.mac(), "itself");
            return capture.upTo("itself");
        }
    }

    /** A group whose place in the multicast hash table, by its last two bytes, is that of no other in use here. */
    private static String strangeGroup() {
        final List<String> taken = Stream.of(pf, sibling, vf).map(nic -> nic.mac().substring(15)).toList();
        final String last = Stream.of("a1", "a2", "a3", "a4").filter(b -> !taken.contains(b)).findFirst()
            .orElseThrow();
        return "01:00:5e:00:f0:" + last;
    }

    /** A bond of the PF, which has to be up before a VF can be, and of the sibling. */
    private static GuestNic bond(String mode) {
        for (GuestNic member : List.of(sibling, pf)) {
            member.check("ip link set " + member.name() + " down");
            member.check("ip address flush dev " + member.name());
        }
        pf.check("ip link add bonded type bond miimon 100 mode " + mode);
        for (GuestNic member : List.of(pf, sibling)) {
            member.check("ip link set " + member.name() + " master bonded");
        }
        final GuestNic bond = pf.upper("bonded").up(PF_ADDRESS + "/24");
        GuestNic.await(host, "[ $(grep -c 'MII Status: up' /proc/net/bonding/bonded) = 3 ]");
        awaitPeer();
        return bond;
    }

    private static void awaitActive(GuestNic member) {
        GuestNic.await(host, "grep -q " + member.name() + " " + BOND + "active_slave");
    }

    private static void unbond() {
        pf.check("ip link delete bonded");
        sibling.check("ip link set " + sibling.name() + " down");
        pf.up(PF_ADDRESS + "/24");
        awaitPeer();
    }

    private static long sent(GuestNic nic) {
        return Long.parseLong(nic.check("cat /sys/class/net/" + nic.name() + "/statistics/tx_packets"));
    }
}
