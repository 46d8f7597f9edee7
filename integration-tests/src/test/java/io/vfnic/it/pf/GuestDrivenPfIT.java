package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.Iperf;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.Pings;
import io.vfnic.it.support.SelfTest;
import io.vfnic.it.support.Tshark;
import io.vfnic.it.support.WatchProgram;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A guest whose igb drives the PF, and a second one whose igbvf drives VF 0 under it. */
@DisplayName("A guest with the Physical Function")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuestDrivenPfIT {
    private static final String PF_DEVICE = "/sys/bus/pci/devices/0000:01:00.0";
    private static final String PF_ADDRESS = "10.0.0.1";
    private static final String VF_ADDRESS = "10.0.0.2";
    private static final Pings PINGS = new Pings(200);

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static Guest pf;
    private static String pfNic;
    private static GuestNic vf;

    @BeforeAll
    static void bootPfGuest() {
        card = LAB.lab().startCard(2, "--pf", "guest", "--agents", "2");
        pf = LAB.lab().start(GuestSpec.named("pf").withMemory(512).withFunction(card.pf())
            .withQemuArguments("-device", hostView(0, "10.0"), "-device", hostView(1, "10.2")));
        GuestNic.await(pf, "ls " + PF_DEVICE + "/net/*");
        pfNic = pf.check("ls " + PF_DEVICE + "/net").strip();
        upPf();
    }

    @Test
    @Order(1)
    @DisplayName("has igb bound, with link at 1000 Mb/s, full duplex")
    void bindsIgb() {
        assertThat(pf.check("ethtool -i " + pfNic)).contains("driver: igb\n");
        assertThat(pf.check("ethtool " + pfNic)).contains("Speed: 1000Mb/s", "Duplex: Full", "Link detected: yes");
    }

    @Test
    @Order(2)
    @DisplayName("passes every part of igb's own offline test")
    void passesSelfTest() {
        SelfTest.pass(pf, pfNic, GuestDrivenPfIT::upPf);
    }

    @Test
    @Order(3)
    @DisplayName("sees SR-IOV on an unmodified QEMU and enables two VFs")
    void enablesVfs() {
        assertThat(pf.check("cat " + PF_DEVICE + "/sriov_totalvfs")).startsWith("2");

        pf.check("echo 0 > " + PF_DEVICE + "/sriov_drivers_autoprobe && echo 2 > " + PF_DEVICE + "/sriov_numvfs");

        assertThat(pf.check("lspci -n")).contains("01:10.0 0200: 8086:10ca", "01:10.2 0200: 8086:10ca");
        upPf();
    }

    @Test
    @Order(4)
    @DisplayName("exchanges traffic with a VF in another guest")
    void exchangesTraffic() {
        final Guest other = LAB.lab().start(GuestSpec.named("vf").withFunction(card.vf(0)));
        vf = GuestNic.onBus(other, 1).up(VF_ADDRESS + "/24");
        pf.check("ip address add " + PF_ADDRESS + "/24 dev " + pfNic);

        assertThat(pf.check(PINGS.to(VF_ADDRESS))).contains(PINGS.answered());
        GuestNic from = GuestNic.ofPf(pf, 1);
        assertThat(Iperf.run(from, vf, VF_ADDRESS, "-n 32M")).contains("receiver");
        assertThat(Iperf.run(from, vf, VF_ADDRESS, "-n 32M -R")).contains("receiver");
    }

    @Test
    @Order(5)
    @DisplayName("is captured beside the VF in another guest: as many pings as were counted, each way; tshark reads it")
    void captures() {
        Path file = LAB.lab().directory().resolve("pf.pcapng");
        try (WatchProgram capture = WatchProgram.start(card, "capture", "pf", "vf0", "-w", file.toString())) {
            assertThat(pf.check(PINGS.to(VF_ADDRESS))).contains(PINGS.answered());
            capture.interrupt();

            assertThat(capture.exitCode()).isZero();
            assertThat(capture.messages()).doesNotContain("lost");
        }
        assertThat(Tshark.pings(file)).isEqualTo(Map.of(
            "pf\t0x00000002\t8\tto vf0", PINGS.count(),
            "vf0\t0x00000001\t8\tdelivered", PINGS.count(),
            "vf0\t0x00000002\t0\tto pf", PINGS.count(),
            "pf\t0x00000001\t0\tdelivered", PINGS.count()));
    }

    @Test
    @Order(6)
    @DisplayName("keeps a VF in a VLAN of its choice: the VF's untagged frames are that VLAN's")
    void putsVfIntoVlan() {
        pf.check("ip link add link " + pfNic + " name vlan7 type vlan id 7 && ip address add 10.0.7.1/24 dev vlan7"
            + " && ip link set vlan7 up && ip link set " + pfNic + " vf 0 vlan 7");
        vf.check("ip address add 10.0.7.2/24 dev " + vf.name());

        GuestNic.await(vf.guest(), "ping -c 1 -W 1 10.0.7.1");
        assertThat(vf.guest().run("ping -c 3 -i 0.2 -W 1 " + PF_ADDRESS).stdout()).contains("0 received");

        pf.check("ip link set " + pfNic + " vf 0 vlan 0 && ip link delete vlan7");
        GuestNic.await(vf.guest(), "ping -c 1 -W 1 " + PF_ADDRESS);
    }

    @Test
    @Order(7)
    @DisplayName("takes the link from VFs when it disables SR-IOV, and they recover when it is back")
    void disablesVfs() {
        pf.check("echo 0 > " + PF_DEVICE + "/sriov_numvfs");
        GuestNic.await(vf.guest(), "[ \"$(cat /sys/class/net/" + vf.name() + "/carrier)\" = 0 ]");

        pf.check("echo 2 > " + PF_DEVICE + "/sriov_numvfs");
        upPf();

        GuestNic.await(vf.guest(), "ping -c 1 -W 1 " + PF_ADDRESS);
    }

    @Test
    @Order(8)
    @DisplayName("lets igb go and come back")
    void reloadsDriver() {
        pf.check("echo 0 > " + PF_DEVICE + "/sriov_numvfs");

        for (int i = 0; i < 3; i++) {
            pf.check("modprobe -r igb && modprobe igb");
            GuestNic.await(pf, "ls " + PF_DEVICE + "/net/*");
            upPf();
        }
    }

    private static void upPf() {
        pf.check("ip link set " + pfNic + " up");
        GuestNic.await(pf, "[ \"$(cat /sys/class/net/" + pfNic + "/carrier)\" = 1 ]");
    }

    /** The function that stands for a VF in the PF's guest, at the VF's routing ID. */
    private static String hostView(int index, String address) {
        final Path socket = card.directory().toAbsolutePath().resolve("vf" + index + "-host.sock");
        return "{\"driver\":\"vfio-user-pci\",\"bus\":\"port0\",\"addr\":\"" + address + "\",\"multifunction\":true,"
            + "\"socket\":{\"type\":\"unix\",\"path\":\"" + socket + "\"}}";
    }
}
