package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The PF's guest is the subject; two other guests have its VFs and lose their link with it. They are never touched, and
 * every test ends with the proof that they have recovered by themselves. The PF and its VFs belong to different agents.
 */
@DisplayName("VFs in other guests recover by themselves when the PF")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PfLivesIT {
    private static final String PF = "10.0.0.1";
    private static final String LEFT = "10.0.0.2";
    private static final String RIGHT = "10.0.0.3";
    private static final int VFS = 2;
    private static final int FILE_BYTES = 300_001;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static PfGuest pf;
    private static GuestNic left;
    private static GuestNic right;
    private static String addressOfLeft;

    @BeforeAll
    static void bootGuests() {
        card = LAB.lab().startCard(VFS, "--pf", "guest", "--agents", "2");
        pf = PfGuest.boot(LAB.lab(), PfGuest.spec(card, VFS), PF + "/24");
        pf.enableVfs(VFS);
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("left").withFunction(card.vf(0)), GuestSpec.named("right").withFunction(card.vf(1))));
        left = GuestNic.onBus(guests.get(0), 1).up(LEFT + "/24");
        right = GuestNic.onBus(guests.get(1), 1).up(RIGHT + "/24");
        addressOfLeft = left.mac();
        left.ping(RIGHT);
    }

    @AfterEach
    void vfsHaveRecovered() {
        if (card.isRunning()) {
            GuestNic.await(left.guest(), "ping -c 1 -W 1 " + RIGHT);
            GuestNic.await(right.guest(), "ping -c 1 -W 1 " + PF);
            FileTransfer.check(left, right, RIGHT, FILE_BYTES);
            assertThat(left.mac()).isEqualTo(addressOfLeft);
            assertThat(card.log()).doesNotContain("internal error", "Exception");
        }
    }

    @Test
    @Order(1)
    @DisplayName("is set down and up")
    void isSetDownAndUp() {
        BulkTraffic.start(left, right, RIGHT);

        pf.check("ip link set " + pf.nic() + " down");
        awaitNoLink();
        BulkTraffic.end(left.guest());
        BulkTraffic.end(right.guest());

        pf.up();
    }

    @Test
    @Order(2)
    @DisplayName("is reset by an FLR under its driver, which is then restarted")
    void isReset() {
        BulkTraffic.start(left, right, RIGHT);
        pf.check("echo flr > " + PfGuest.DEVICE + "/reset_method && echo 1 > " + PfGuest.DEVICE + "/reset");
        awaitNoLink();
        BulkTraffic.end(left.guest());
        BulkTraffic.end(right.guest());

        pf.check("ip link set " + pf.nic() + " down");
        pf.up();
    }

    @Test
    @Order(3)
    @DisplayName("loses its driver and gets it back")
    void losesItsDriver() {
        BulkTraffic.start(left, right, RIGHT);

        pf.check("modprobe -r igb");
        awaitNoLink();
        BulkTraffic.end(left.guest());
        BulkTraffic.end(right.guest());

        pf.check("modprobe igb");
        pf.up();
        pf.enableVfs(VFS);
    }

    @Test
    @Order(4)
    @DisplayName("is reset with its guest, which reboots")
    void reboots() {
        BulkTraffic.start(left, right, RIGHT);

        pf.reboot();
        awaitNoLink();
        BulkTraffic.end(left.guest());
        BulkTraffic.end(right.guest());

        pf.enableVfs(VFS);
    }

    @Test
    @Order(5)
    @DisplayName("goes with its guest, which is killed, and comes with the next one")
    void isKilled() {
        BulkTraffic.start(left, right, RIGHT);

        pf.kill();
        awaitNoLink();
        BulkTraffic.end(left.guest());
        BulkTraffic.end(right.guest());

        pf.startAgain();
        pf.enableVfs(VFS);
    }

    @Test
    @Order(6)
    @DisplayName("(but not when the card is stopped, which all guests survive)")
    void cardIsStopped() {
        assertThat(card.stop()).isZero();

        assertThat(pf.check("echo alive")).isEqualTo("alive");
        assertThat(left.check("echo alive")).isEqualTo("alive");
        assertThat(right.check("echo alive")).isEqualTo("alive");
        assertThat(card.pf()).doesNotExist();
    }

    private static void awaitNoLink() {
        for (GuestNic nic : List.of(left, right)) {
            Await.until(nic + " loses its link",
                () -> nic.run("cat /sys/class/net/" + nic.name() + "/carrier").stdout().startsWith("0"));
        }
    }
}
