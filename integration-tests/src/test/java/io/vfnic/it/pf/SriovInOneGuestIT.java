package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.Iperf;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One guest with the PF and all seven VFs, and SeaBIOS; at the end one with UEFI and nothing done about it. */
@DisplayName("A guest with the Physical Function and all VFs")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SriovInOneGuestIT {
    private static final int VFS = 7;
    private static final String PF_DEVICE = "/sys/bus/pci/devices/0000:01:00.0";
    private static final String PF_ADDRESS = "10.0.0.1";
    private static final String DELETE_NAMESPACES =
        "for n in $(ip netns list | cut -d ' ' -f 1); do ip netns delete $n; done;";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static Guest guest;

    @BeforeAll
    static void boot() {
        card = LAB.lab().startCard(VFS, "--pf", "guest");
        GuestSpec spec = GuestSpec.named("one").withMemory(512).withPf(card.pf());
        for (int vf = 0; vf < VFS; vf++) {
            spec = spec.withVfBesidePf(card.vf(vf));
        }
        guest = LAB.lab().start(spec);
        GuestNic.await(guest, "ls " + PF_DEVICE + "/net/*");
        guest.check("ip link set $(ls " + PF_DEVICE + "/net) name pf && ip link set pf up"
            + " && ip address add " + PF_ADDRESS + "/24 dev pf");
    }

    @Test
    @Order(1)
    @DisplayName("sees no VF before it switches SR-IOV on")
    void hidesVfs() {
        assertThat(guest.check("lspci -n -d 8086:")).contains("01:00.0 0200: 8086:10c9").doesNotContain("10ca");
        assertThat(guest.check("cat " + PF_DEVICE + "/sriov_totalvfs")).isEqualTo("7");
    }

    @Test
    @Order(2)
    @DisplayName("binds igbvf to 1, 2 ... 7 VFs at their routing IDs, and has none after each")
    void enablesEachNumber() {
        final String addresses = guest.run("set -e; for n in 1 2 3 4 5 6 7; do"
            + " echo $n > " + PF_DEVICE + "/sriov_numvfs; " + awaitDrivers("$n")
            + " ls /sys/bus/pci/drivers/igbvf | grep 0000: | tr '\\n' ' '; echo;"
            + " echo 0 > " + PF_DEVICE + "/sriov_numvfs; " + awaitDrivers("0") + " done", PATIENCE).orFail().stdout();

        assertThat(addresses.lines().toList()).hasSize(VFS);
        assertThat(addresses.lines().toList().getLast().strip().split(" ")).containsExactly("0000:01:10.0",
            "0000:01:10.2", "0000:01:10.4", "0000:01:10.6", "0000:01:11.0", "0000:01:11.2", "0000:01:11.4");
    }

    @Test
    @Order(3)
    @DisplayName("sees SR-IOV and ARI as lspci shows them of an 82576")
    void showsCapabilities() {
        enable(VFS);

        assertThat(guest.check("lspci -vv -s 01:00.0")).contains(
            "Capabilities: [100 v1] Advanced Error Reporting",
            "Capabilities: [140 v1] Device Serial Number",
            "Capabilities: [150 v1] Alternative Routing-ID Interpretation (ARI)",
            "Capabilities: [160 v1] Single Root I/O Virtualization (SR-IOV)",
            "IOVCtl:\tEnable+ Migration- Interrupt- MSE+",
            "Initial VFs: 7, Total VFs: 7, Number of VFs: 7, Function Dependency Link: 00",
            "VF offset: 128, stride: 2, Device ID: 10ca",
            "Supported Page Size: 00000553, System Page Size: 00000001");
        assertThat(guest.check("lspci -vv -s 01:11.4")).contains("Virtual Function",
            "Capabilities: [70] MSI-X: Enable+ Count=3", "Capabilities: [a0] Express",
            "Capabilities: [150 v1] Alternative Routing-ID Interpretation (ARI)", "Kernel driver in use: igbvf");
    }

    @Test
    @Order(4)
    @DisplayName("moves traffic from each VF to each other VF and to the PF")
    void movesTraffic() {
        enable(VFS);
        for (int vf = 0; vf < VFS; vf++) {
            intoNamespace(vf);
        }

        for (int vf = 0; vf < VFS; vf++) {
            guest.check("set -e; for target in 1 10 11 12 13 14 15 16; do "
                + inNamespace(vf, "ping -q -c 3 -i 0.05 -w 60 10.0.0.$target;") + " done");
        }
        final GuestNic pf = GuestNic.ofPf(guest, 1);
        final GuestNic last = pf.elsewhere("vf6", "eth0");
        assertThat(Iperf.run(pf.elsewhere("vf0", "eth0"), pf.elsewhere("vf1", "eth0"), "10.0.0.11", "-n 16M"))
            .contains("receiver");
        assertThat(Iperf.run(last, pf, PF_ADDRESS, "-n 16M")).contains("receiver");
        assertThat(Iperf.run(last, pf, PF_ADDRESS, "-n 16M -R")).contains("receiver");
    }

    @Test
    @Order(5)
    @DisplayName("takes the VFs away from under their traffic, and brings them back")
    void disablesUnderTraffic() {
        enable(2);
        intoNamespace(0);
        intoNamespace(1);
        final RunningCommand flood = guest.start(inNamespace(0, "ping -q -i 0.002 10.0.0.11"));
        GuestNic.await(guest, inNamespace(1, "cat /proc/net/dev") + " | awk '$1 == \"eth0:\" && $3 > 50 { ok = 1 }"
            + " END { exit !ok }'");

        guest.check("echo 0 > " + PF_DEVICE + "/sriov_numvfs");
        guest.check("kill " + flood.pid());

        assertThat(guest.check("lspci -n")).doesNotContain("10ca");
        enable(2);
        intoNamespace(0);
        guest.check(inNamespace(0, "ping -q -c 3 -i 0.1 -w 60 " + PF_ADDRESS));
    }

    @Test
    @Order(6)
    @DisplayName("has VFs come through a function level reset, an unbind and a reload of igbvf")
    void resetsVfs() {
        enable(2);
        intoNamespace(0);
        intoNamespace(1);

        // With its interface up: Linux 6.12's igbvf waits for ever in a reset while that is down.
        guest.check("echo 1 > /sys/bus/pci/devices/0000:01:10.2/reset");
        // It does not introduce itself to its PF anew after that, before its interface has been down.
        guest.check("ip -n vf1 link set eth0 down && ip -n vf1 link set eth0 up");
        GuestNic.await(guest, inNamespace(1, "cat /sys/class/net/eth0/carrier") + " | grep -q 1");
        guest.check(inNamespace(1, "ping -q -c 3 -i 0.1 -w 60 10.0.0.10"));

        guest.check("echo 0000:01:10.2 > /sys/bus/pci/drivers/igbvf/unbind");
        guest.check("echo 0000:01:10.2 > /sys/bus/pci/drivers/igbvf/bind");
        guest.check("modprobe -r igbvf && " + DELETE_NAMESPACES + " modprobe igbvf && " + awaitDrivers("2"));
        intoNamespace(0);
        intoNamespace(1);
        guest.check(inNamespace(1, "ping -q -c 3 -i 0.1 -w 60 10.0.0.10"));
        assertThat(card.log()).as("what the card complained of").doesNotContain("at addresses where they are not");
    }

    @Test
    @Order(7)
    @Tag("full")
    @DisplayName("switches SR-IOV on and off twenty times with all VFs")
    void repeats() {
        guest.run("set -e; for i in $(seq 20); do echo 0 > " + PF_DEVICE + "/sriov_numvfs; " + awaitDrivers("0")
            + " echo 7 > " + PF_DEVICE + "/sriov_numvfs; " + awaitDrivers("7") + " done", PATIENCE.multipliedBy(4))
            .orFail();

        intoNamespace(6);
        guest.check(inNamespace(6, "ping -q -c 3 -i 0.1 -w 60 " + PF_ADDRESS));
    }

    @Test
    @Order(8)
    @DisplayName("whose firmware puts VFs elsewhere than the PF says is told of it: which, where, and what to do")
    void reportsMisplacedVfs() {
        final CardProcess other = LAB.lab().startCard(3, "--pf", "guest");
        final Guest uefi = LAB.lab().start(GuestSpec.named("uefi").withMemory(512).withUefi().withPf(other.pf())
            .withQemuArguments("-device", function(other, "vf0", "10.0"), "-device", function(other, "vf1", "10.2"),
                "-device", function(other, "vf2-host", "10.4")));
        GuestNic.await(uefi, "ls " + PF_DEVICE + "/net/*");

        uefi.check("echo 0 > " + PF_DEVICE + "/sriov_drivers_autoprobe && echo 3 > " + PF_DEVICE + "/sriov_numvfs");

        Await.until("the card says that VFs are misplaced", () -> other.log().contains("where they are not"));
        assertThat(other.log()).containsPattern("vf0 is expected at 0x[0-9a-f]+ and is at 0x[0-9a-f]+")
            .contains("vf1 is expected at", "-acpitable file=", "SeaBIOS").doesNotContain("vf2");
        uefi.close();
    }

    private static void enable(int vfs) {
        guest.check("set -e; echo 0 > " + PF_DEVICE + "/sriov_numvfs; " + awaitDrivers("0")
            + " " + DELETE_NAMESPACES + " echo " + vfs + " > " + PF_DEVICE + "/sriov_numvfs; "
            + awaitDrivers(String.valueOf(vfs)));
    }

    /** Shell words that wait until so many VFs have an interface of igbvf. */
    private static String awaitDrivers(String count) {
        return "i=0; until [ $(ls -d /sys/bus/pci/drivers/igbvf/0000:*/net/* 2>/dev/null | wc -l) = " + count + " ]; do"
            + " i=$((i + 1)); [ $i -lt 600 ] || { dmesg | tail -n 20 >&2; exit 1; }; sleep 0.1; done;";
    }

    /** Nothing local can short-cut its traffic there. */
    private static void intoNamespace(int vf) {
        guest.check("set -e; ip netns add vf" + vf
            + "; ip link set $(ls " + PF_DEVICE + "/virtfn" + vf + "/net) netns vf" + vf + " name eth0;"
            + " ip -n vf" + vf + " address add 10.0.0." + (10 + vf) + "/24 dev eth0; ip -n vf" + vf
            + " link set lo up; ip -n vf" + vf + " link set eth0 up");
        GuestNic.await(guest, inNamespace(vf, "cat /sys/class/net/eth0/carrier") + " | grep -q 1");
    }

    private static String inNamespace(int vf, String command) {
        return "ip netns exec vf" + vf + " " + command;
    }

    private static String function(CardProcess card, String name, String address) {
        return "{\"driver\":\"vfio-user-pci\",\"bus\":\"pf-port\",\"addr\":\"" + address + "\",\"multifunction\":true,"
            + "\"socket\":{\"type\":\"unix\",\"path\":\"" + card.directory().toAbsolutePath().resolve(name + ".sock")
            + "\"}}";
    }
}
