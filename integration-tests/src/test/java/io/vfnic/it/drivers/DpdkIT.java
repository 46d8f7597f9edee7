package io.vfnic.it.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import io.vfnic.it.support.Pings;
import io.vfnic.it.support.Testpmd;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DPDK's drivers (net_e1000_igb and net_e1000_igb_vf), which know nothing of Linux' network stack. */
@Tag("full")
@DisplayName("DPDK's testpmd")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DpdkIT {
    private static final String FIRST = "0000:01:00.0";
    private static final String THIRD = "0000:03:00.0";
    private static final Pings PINGS = new Pings(300);
    /** {@code start tx_first 10}: ten bursts of 32. */
    private static final int FRAMES = 320;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Guest dpdk;
    private static GuestNic headlessPeer;
    private static PfGuest pf;
    private static CardProcess dpdkCard;
    private static Guest dpdkPf;

    @BeforeAll
    static void boot() {
        CardProcess headless = LAB.lab().startCard(2);
        CardProcess linuxCard = LAB.lab().startCard(1, "--pf", "guest");
        dpdkCard = LAB.lab().startCard(1, "--pf", "guest");
        pf = PfGuest.boot(LAB.lab(), PfGuest.spec(linuxCard, 1).withFunction(headless.vf(1)), "10.0.0.1/24");
        pf.enableVfs(1);
        dpdk = LAB.lab().start(Testpmd.spec("dpdk")
            .withFunction(headless.vf(0)).withFunction(linuxCard.vf(0)).withFunction(dpdkCard.vf(0)));
        dpdkPf = bootPf();
        // Nothing but the pings is to reach testpmd.
        pf.check("for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $file; done");
        headlessPeer = GuestNic.onBus(pf.guest(), 2).up("10.1.0.1/24");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"a headless PF, 0000:01:00.0, 10.1.0.9", "Linux' igb, 0000:02:00.0, 10.0.0.9"})
    @Order(1)
    @DisplayName("drives a VF under a PF of another kind, and answers every ping of a Linux guest")
    void drivesVf(String kind, String device, String address) {
        Testpmd.bind(dpdk, device);
        try (Testpmd testpmd = Testpmd.start(dpdk, device, "--forward-mode=icmpecho")) {
            assertThat(testpmd.command("show port info 0"))
                .contains("Driver name: net_e1000_igb_vf", "Link speed: 1 Gbps");
            String nic = device.equals(FIRST) ? headlessPeer.name() : pf.nic();
            pf.check("ip neighbour replace " + address + " lladdr " + testpmd.mac() + " dev " + nic);
            testpmd.command("start");
            testpmd.command("clear port stats 0");

            assertThat(pf.check(PINGS.to(address))).contains(PINGS.answered());

            assertThat(testpmd.count("RX-packets")).isEqualTo(PINGS.count());
            assertThat(testpmd.count("TX-packets")).isEqualTo(PINGS.count());
            assertThat(testpmd.count("RX-missed")).isZero();
            testpmd.command("stop");
        }
    }

    @Test
    @Order(2)
    @DisplayName("drives the PF: four queues, rules for flows, and a count of what it sent that is the card's")
    void drivesPf() {
        try (Testpmd testpmd = Testpmd.start(dpdkPf, FIRST, "--rxq=4 --txq=4 --forward-mode=txonly")) {
            assertThat(testpmd.command("show port info 0"))
                .contains("Driver name: net_e1000_igb", "Link status: up", "Current number of RX queues: 4");
            assertThat(testpmd.command(
                "flow create 0 ingress pattern eth type is 0x88f7 / end actions queue index 1 / end"))
                .contains("Flow rule #0 created");
            assertThat(testpmd.command("flow create 0 ingress pattern eth / ipv4 proto is 17 / udp dst is 319 / end"
                + " actions queue index 2 / end")).contains("Flow rule #1 created");
            assertThat(testpmd.command("flow flush 0")).doesNotContain("error", "Caught");
            testpmd.command("start");
            Await.until("testpmd sends", () -> testpmd.count("TX-packets") > FRAMES);
            testpmd.command("stop");

            String all = testpmd.command("show port xstats 0");
            assertThat(all).contains("tx_good_packets: " + testpmd.count("TX-packets") + "\n", "tx_errors: 0\n");
        }
    }

    @Test
    @Order(3)
    @DisplayName("drives the PF with SR-IOV, and exchanges frames with itself on the VF in another guest")
    void drivesPfAndVf() {
        dpdkPf.check("echo 0 > " + PfGuest.DEVICE + "/sriov_drivers_autoprobe && echo 1 > " + PfGuest.DEVICE
            + "/sriov_numvfs");
        Testpmd.bind(dpdk, THIRD);
        try (Testpmd server = Testpmd.start(dpdkPf, FIRST, "--forward-mode=mac");
             // The PF's address is not to be used: with SR-IOV on, DPDK gives it to pool 0, which is the VF's.
             Testpmd client = Testpmd.start(dpdk, THIRD, "--forward-mode=rxonly --eth-peer=0,ff:ff:ff:ff:ff:ff")) {
            server.command("set eth-peer 0 " + client.mac());
            server.command("start");
            server.command("clear port stats 0");
            client.command("clear port stats 0");

            client.command("start tx_first 10");

            Await.until("all frames are back", () -> client.count("RX-packets") >= FRAMES);
            assertThat(client.count("RX-packets")).isEqualTo(FRAMES);
            assertThat(client.count("TX-packets")).isEqualTo(FRAMES);
            assertThat(server.count("RX-packets")).isEqualTo(FRAMES);
            assertThat(server.count("TX-packets")).isEqualTo(FRAMES);
        }
    }

    private static Guest bootPf() {
        GuestSpec views = PfGuest.spec(dpdkCard, 1);
        Guest guest = LAB.lab().start(Testpmd.spec("dpdk-pf").withFunction(dpdkCard.pf())
            .withQemuArguments(views.qemuArguments().toArray(String[]::new)));
        Testpmd.bind(guest, FIRST);
        return guest;
    }
}
