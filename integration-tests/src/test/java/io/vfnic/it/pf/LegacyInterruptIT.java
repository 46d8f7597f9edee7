package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import io.vfnic.testkit.lab.CardProcess;
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

/** A guest whose kernel uses neither MSI nor MSI-X, so that igb has INTx, on a line that a device of QEMU's shares. */
@Tag("full")
@DisplayName("A PF on a shared INTx line")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LegacyInterruptIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** INTA of a device in this slot is the line that INTA behind the first function's root port is. */
    private static final String SHARING = "virtio-9p-pci,bus=pcie.0,addr=7,fsdev=share,mount_tag=shared";

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static PfGuest pf;

    @BeforeAll
    static void boot() {
        CardProcess card = LAB.lab().startCard(0, "--pf", "guest");
        pf = PfGuest.boot(LAB.lab(), PfGuest.spec(card, 0).withKernelWords("pci=nomsi")
            .withQemuArguments("-device", SHARING), "10.0.0.1/24");
        pf.check("mkdir -p /mnt/shared && mount -t 9p -o trans=virtio,version=9p2000.L shared /mnt/shared"
            + " && head -c 1000000 /dev/urandom > /mnt/shared/file");
    }

    @Test
    @Order(1)
    @DisplayName("is driven by igb with legacy interrupts, one line for both devices")
    void isShared() {
        assertThat(pf.check("dmesg")).contains("Using legacy interrupts");
        assertThat(pf.check("grep " + pf.nic() + " /proc/interrupts")).contains("IO-APIC", "fasteoi", "virtio");
    }

    @Test
    @Order(2)
    @DisplayName("passes igb's own offline test, interrupts included, while the other device works")
    void passesSelfTest() {
        RunningCommand load = pf.guest().start(
            "while [ ! -e /tmp/over ]; do md5sum /mnt/shared/file; echo 3 > /proc/sys/vm/drop_caches; done");
        pf.passSelfTest();
        pf.check("touch /tmp/over");

        assertThat(load.await(PATIENCE).stdout().lines().distinct()).as("what was read all the time").hasSize(1);
    }

    @Test
    @Order(3)
    @DisplayName("hears of its link's changes, and leaves the line quiet when nothing happens")
    void linkChanges() {
        for (int i = 0; i < 5; i++) {
            pf.check("ip link set " + pf.nic() + " down");
            pf.up();
        }

        assertThat(pf.check("dmesg")).doesNotContain("nobody cared", "Disabling IRQ");
        long before = interrupts();
        pf.check("sleep 5");
        assertThat(interrupts() - before).as("interrupts in five seconds, the watchdog's included").isLessThan(100);
    }

    private static long interrupts() {
        return Long.parseLong(pf.check("awk '/ " + pf.nic() + "|, " + pf.nic() + "/ { print $2 }' /proc/interrupts"));
    }
}
