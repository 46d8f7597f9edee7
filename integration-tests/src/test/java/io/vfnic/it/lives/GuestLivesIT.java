package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PingFlow;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.QmpException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One guest, the subject, lives and dies; two others ping each other all the while, and every test ends with the proof
 * that none of their packets was lost.
 */
@DisplayName("While two guests ping each other undisturbed, another guest")
class GuestLivesIT {
    private static final String LEFT = "10.0.0.1";
    private static final String RIGHT = "10.0.0.2";
    private static final String SUBJECT = "10.0.0.3";
    private static final String SUBJECT_PLUGGED = "10.0.1.3";
    private static final String LEFT_OTHER_NET = "10.0.1.1";
    private static final int FILE_BYTES = 3_000_001;
    private static final int RELOADS = 20;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static GuestNic left;
    private static GuestNic right;
    private static Subject subject;

    private PingFlow bystanders;

    @BeforeAll
    static void bootGuests() {
        card = LAB.lab().startCard(4);
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("left").withFunction(card.vf(0)),
            GuestSpec.named("right").withFunction(card.vf(1)).withSparePorts(1),
            GuestSpec.named("subject").withFunction(card.vf(2)).withSparePorts(1)));
        left = GuestNic.onBus(guests.get(0), 1).up(LEFT + "/24").up(LEFT_OTHER_NET + "/24");
        right = GuestNic.onBus(guests.get(1), 1).up(RIGHT + "/24");
        subject = new Subject(LAB, guests.get(2), SUBJECT, left, LEFT);
    }

    @BeforeEach
    void startBystanders() {
        bystanders = PingFlow.start(left, RIGHT);
    }

    @AfterEach
    void bystandersAreUnharmed() {
        bystanders.stopUnharmed();
    }

    @Test
    @DisplayName("reboots, and its VF works as before")
    void reboots() {
        subject.reboot();
    }

    @Test
    @DisplayName("unloads and loads igbvf twenty times, and each time its VF works")
    void reloadsItsDriver() {
        subject.reloadDriver(RELOADS);
    }

    @Test
    @DisplayName("unbinds the driver under traffic and binds it again")
    void unbindsAndBinds() {
        subject.startTraffic();
        String driver = "/sys/bus/pci/drivers/igbvf/";

        subject.guest().check("echo 0000:01:00.0 > " + driver + "unbind");
        BulkTraffic.end(subject.guest());
        assertThat(subject.guest().run("ls " + GuestNic.pciDevice(1) + "/net").exitCode()).isNotZero();

        subject.guest().check("echo 0000:01:00.0 > " + driver + "bind");
        subject.exchangeFiles();
    }

    @Test
    @DisplayName("removes its VF from its PCI bus under traffic and finds it again by a rescan")
    void removesAndRescans() {
        subject.startTraffic();

        subject.guest().check("echo 1 > " + GuestNic.pciDevice(1) + "/remove");
        BulkTraffic.end(subject.guest());
        assertThat(subject.guest().run("ls -d " + GuestNic.pciDevice(1)).exitCode()).isNotZero();

        subject.guest().check("echo 1 > /sys/bus/pci/rescan");
        subject.exchangeFiles();
    }

    @Test
    @DisplayName("resets its VF by an FLR under traffic, and it works as before")
    void resetsItsFunction() {
        subject.resetFunction();
    }

    @Test
    @DisplayName("is given a second VF while it runs, uses both, and removes it from inside")
    void isGivenAnotherFunction() {
        GuestNic first = subject.up();

        GuestNic second = GuestNic.plug(subject.guest(), card.vf(3)).up(SUBJECT_PLUGGED + "/24");

        assertThat(second.mac()).isNotEqualTo(first.mac());
        FileTransfer.checkBothWays(second, SUBJECT_PLUGGED, left, LEFT_OTHER_NET, FILE_BYTES);
        subject.exchangeFiles();

        subject.guest().check("echo 1 > " + GuestNic.pciDevice(2) + "/remove");
        assertThat(subject.guest().isRunning()).isTrue();
        subject.exchangeFiles();
    }

    @Test
    @DisplayName("is killed under traffic, and a new QEMU takes its VF over")
    void isKilled() {
        subject.dieAndBeReplaced(() -> bystanders.awaitAnswers());
    }

    @Test
    @DisplayName("keeps its VF when another QEMU asks for the same one and is told that it is busy")
    void keepsItsFunction() {
        subject.startTraffic();

        assertThatThrownBy(() -> right.guest().plug(card.vf(2)))
            .isInstanceOf(QmpException.class)
            .hasMessageContaining("busy");

        BulkTraffic.end(subject.guest());
        subject.exchangeFiles();
        assertThat(card.log()).contains("vf2").contains("second client");
    }
}
