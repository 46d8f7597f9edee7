package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A PF without MSI-X: igb falls back to its single message, as on a machine that is short of vectors. */
@Tag("full")
@DisplayName("A PF that has MSI and no MSI-X")
class MessageInterruptIT {
    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static PfGuest pf;

    @BeforeAll
    static void boot() {
        pf = PfGuest.boot(LAB.lab(), PfGuest.spec(
            LAB.lab().startCard(0, "--pf", "guest", "--pf-interrupts", "msi"), 0), "10.0.0.1/24");
    }

    @Test
    @DisplayName("is driven by igb with MSI, and has no MSI-X capability")
    void usesMsi() {
        assertThat(pf.check("dmesg")).contains("Using MSI interrupts");
        assertThat(pf.check("lspci -vvs 1:0.0")).contains("MSI: Enable+").doesNotContain("MSI-X");
    }

    @Test
    @DisplayName("passes igb's own offline test, interrupts and loopback included")
    void passesSelfTest() {
        pf.passSelfTest();
    }

    @Test
    @DisplayName("tells of its link's changes by that message")
    void linkChanges() {
        int before = interrupts();

        for (int i = 0; i < 3; i++) {
            pf.check("ip link set " + pf.nic() + " down");
            pf.up();
        }

        assertThat(interrupts()).isGreaterThan(before);
    }

    private static int interrupts() {
        String line = pf.check("grep " + pf.nic() + " /proc/interrupts");
        assertThat(line).contains("PCI-MSI").doesNotContain("MSIX");
        return Integer.parseInt(line.strip().split("\\s+")[1]);
    }
}
