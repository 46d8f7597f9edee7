package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * DPDK's igb PMD drives the PF with four queues. The PHY's loopback, which the test switches on behind its back, gives
 * it what it sends, so that its rules decide on which queue (82576 facts, 2.4 and 2.8).
 */
@DisplayName("DPDK's flow rules choose receive queues")
@Tag("full")
class FlowRulesIT {
    private static final String DEVICE = "0000:01:00.0";
    /** MDIC: write 4140h, loopback, to register 0 of PHY 1. */
    private static final String LOOPBACK = "0x04204140";
    private static final int MDIC = 0x0020;
    private static final int SYNQF = 0x55FC;
    private static final int FTQF = 0x59E0;
    private static final int ETQF = 0x5CB0;
    private static final int RDH = 0xC010;
    private static final int QUEUE_STRIDE = 0x40;
    /** A burst of four from each of four queues. */
    private static final String BURSTS = "0x00000010";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Guest guest;

    @BeforeAll
    static void bindToUio() {
        guest = LAB.lab().start(GuestSpec.named("dpdk").withMemory(1024).withDpdk()
            .withFunction(LAB.lab().startCard(0, "--pf", "guest").pf()));
        guest.check("modprobe -r igb && modprobe uio_pci_generic"
            + " && echo uio_pci_generic > /sys/bus/pci/devices/" + DEVICE + "/driver_override"
            + " && echo " + DEVICE + " > /sys/bus/pci/drivers_probe && ls /dev/uio0"
            + " && echo 64 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
            + " && mkdir -p /dev/hugepages && mount -t hugetlbfs none /dev/hugepages && mkfifo /tmp/commands");
    }

    @Test
    @DisplayName("a rule for a 5-tuple sends its frames to its queue, and without it RSS has them again")
    void fiveTuple() {
        guest.start("exec sleep 600 > /tmp/commands");
        // Two threads share the one CPU; testpmd wants one for its commands.
        final RunningCommand testpmd = guest.start("exec dpdk-testpmd --lcores '(0,1)@0' --no-telemetry -a " + DEVICE
            + " -- -i --rxq=4 --txq=4 --nb-cores=1 --total-num-mbufs=8192 --burst=4 --tx-ip=198.18.0.1,198.18.0.2"
            + " < /tmp/commands > /tmp/output 2>&1");
        command("set fwd rxonly");
        command("flow create 0 ingress pattern ipv4 src is 198.18.0.1 dst is 198.18.0.2 proto is 17"
            + " / udp src is 9 dst is 9 / end actions queue index 2 / end");
        command("flow create 0 ingress pattern eth type is 0x0806 / end actions queue index 3 / end");
        command("flow create 0 ingress pattern eth / ipv4 / tcp flags spec 0x02 flags mask 0x02 / end"
            + " actions queue index 1 / end");

        awaitRegister(SYNQF, "0x00000003");
        awaitRegister(ETQF, "0x84030806");
        awaitRegister(FTQF, "0x00028111");
        guest.check("devmem " + address(MDIC) + " 32 " + LOOPBACK);
        command("start tx_first");
        awaitRegister(RDH + 2 * QUEUE_STRIDE, BURSTS);
        command("stop");
        command("flow destroy 0 rule 0");
        command("start tx_first");
        // The hash of these frames under DPDK's key is 064C793Dh: entry 61 of four queues in turn.
        awaitRegister(RDH + QUEUE_STRIDE, BURSTS);
        command("stop");
        command("quit");
        assertThat(testpmd.await(PATIENCE).exitCode()).isZero();

        assertThat(guest.check("cat /tmp/output")).contains("Flow rule #0 created", "Flow rule #1 created",
            "Flow rule #2 created", "Flow rule #0 destroyed");
    }

    private static void command(String text) {
        guest.check("echo '" + text + "' > /tmp/commands");
    }

    private static void awaitRegister(int offset, String value) {
        GuestNic.await(guest, "[ \"$(devmem " + address(offset) + " 32)\" = " + value + " ]");
    }

    /** Shell arithmetic for a register's physical address. */
    private static String address(int offset) {
        return "$(($(awk 'NR == 1 { print $1 }' /sys/bus/pci/devices/" + DEVICE + "/resource) + " + offset + "))";
    }
}
