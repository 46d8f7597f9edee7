package io.vfnic.it.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.Iperf;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import io.vfnic.it.support.Pings;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oldest and the newest kernel that Debian offers for its current and its last release; the others test 6.12. */
@Tag("full")
@DisplayName("The drivers of other kernels")
class KernelsIT {
    private static final Pings PINGS = new Pings(100);
    private static final int FILE_BYTES = 4 << 20;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "6.1,    6\\.1\\..*",
        "newest, (6\\.(1[3-9]|[2-9][0-9])|[7-9])\\..*",
    })
    @DisplayName("drive the PF and its VF in another guest, and VFs of a headless card")
    void drive(String kernel, String release) {
        CardProcess card = LAB.lab().startCard(1, "--pf", "guest");
        CardProcess headless = LAB.lab().startCard(2);
        PfGuest pf = PfGuest.boot(LAB.lab(),
            PfGuest.spec(card, 1).withFunction(headless.vf(0)).withKernel(kernel), "10.0.0.1/24");

        assertThat(pf.check("uname -r")).matches(release);
        assertThat(pf.check("ethtool -i " + pf.nic())).contains("driver: igb\n");
        pf.passSelfTest();

        pf.enableVfs(1);
        Guest other = LAB.lab().start(GuestSpec.named("vf").withKernel(kernel)
            .withFunction(card.vf(0)).withFunction(headless.vf(1)));
        assertThat(other.check("uname -r")).matches(release);
        GuestNic vf = GuestNic.onBus(other, 1).up("10.0.0.2/24");
        assertThat(pf.check(PINGS.to("10.0.0.2"))).contains(PINGS.answered());
        assertThat(Iperf.run(GuestNic.ofPf(pf.guest(), 1), vf, "10.0.0.2", "-n 16M --bidir")).contains("iperf Done.");

        GuestNic a = GuestNic.onBus(pf.guest(), 2).up("10.1.0.1/24");
        GuestNic b = GuestNic.onBus(other, 2).up("10.1.0.2/24");
        FileTransfer.checkBothWays(a, "10.1.0.1", b, "10.1.0.2", FILE_BYTES);

        pf.guest().close();
        other.close();
    }
}
