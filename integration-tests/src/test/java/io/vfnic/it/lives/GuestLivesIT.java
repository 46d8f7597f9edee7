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
import java.time.Duration;
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
    private static Guest subject;

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
        subject = guests.get(2);
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
        GuestNic before = subjectUp();
        String mac = before.mac();
        BulkTraffic.start(before, left, LEFT);

        subject.reboot();

        assertThat(subjectUp().mac()).isEqualTo(mac);
        exchangeFiles();
    }

    @Test
    @DisplayName("unloads and loads igbvf twenty times, and each time its VF works")
    void reloadsItsDriver() {
        subjectUp();

        subject.run("""
            for i in $(seq %d); do
                rmmod igbvf && insmod $(modinfo -n igbvf) || exit 1
                n=0; until [ -e %s/net ]; do n=$((n + 1)); [ $n -lt 600 ] || exit 2; sleep 0.1; done
                nic=$(ls %s/net)
                ip address add %s/24 dev $nic && ip link set $nic up || exit 3
                link=/sys/class/net/$nic/carrier
                n=0; until grep -q 1 $link; do n=$((n + 1)); [ $n -lt 600 ] || exit 4; sleep 0.1; done
                ping -q -c 2 -i 0.05 -W 10 -w 60 %s || { echo "reload $i" >&2; dmesg | tail -n 20 >&2; exit 5; }
            done""".formatted(RELOADS, GuestNic.pciDevice(1), GuestNic.pciDevice(1), SUBJECT, LEFT),
            Duration.ofMinutes(5)).orFail();

        exchangeFiles();
    }

    @Test
    @DisplayName("unbinds the driver under traffic and binds it again")
    void unbindsAndBinds() {
        BulkTraffic.start(subjectUp(), left, LEFT);
        String driver = "/sys/bus/pci/drivers/igbvf/";

        subject.check("echo 0000:01:00.0 > " + driver + "unbind");
        BulkTraffic.end(subject);
        assertThat(subject.run("ls " + GuestNic.pciDevice(1) + "/net").exitCode()).isNotZero();

        subject.check("echo 0000:01:00.0 > " + driver + "bind");
        exchangeFiles();
    }

    @Test
    @DisplayName("removes its VF from its PCI bus under traffic and finds it again by a rescan")
    void removesAndRescans() {
        BulkTraffic.start(subjectUp(), left, LEFT);

        subject.check("echo 1 > " + GuestNic.pciDevice(1) + "/remove");
        BulkTraffic.end(subject);
        assertThat(subject.run("ls -d " + GuestNic.pciDevice(1)).exitCode()).isNotZero();

        subject.check("echo 1 > /sys/bus/pci/rescan");
        exchangeFiles();
    }

    @Test
    @DisplayName("resets its VF by an FLR under traffic, and it works as before")
    void resetsItsFunction() {
        BulkTraffic.start(subjectUp(), left, LEFT);
        assertThat(subject.check("cat " + GuestNic.pciDevice(1) + "/reset_method")).contains("flr");

        subject.check("echo flr > " + GuestNic.pciDevice(1) + "/reset_method");
        subject.check("echo 1 > " + GuestNic.pciDevice(1) + "/reset");
        BulkTraffic.end(subject);
        // igbvf is not told, and resets itself no sooner than 10 s after its last reset.
        GuestNic.await(subject, "ping -c 1 -W 1 " + LEFT);

        exchangeFiles();
    }

    @Test
    @DisplayName("is given a second VF while it runs, uses both, and removes it from inside")
    void isGivenAnotherFunction() {
        GuestNic first = subjectUp();

        GuestNic second = GuestNic.plug(subject, card.vf(3)).up(SUBJECT_PLUGGED + "/24");

        assertThat(second.mac()).isNotEqualTo(first.mac());
        FileTransfer.checkBothWays(second, SUBJECT_PLUGGED, left, LEFT_OTHER_NET, FILE_BYTES);
        exchangeFiles();

        subject.check("echo 1 > " + GuestNic.pciDevice(2) + "/remove");
        assertThat(subject.isRunning()).isTrue();
        exchangeFiles();
    }

    @Test
    @DisplayName("is killed under traffic, and a new QEMU takes its VF over")
    void isKilled() {
        GuestNic before = subjectUp();
        String mac = before.mac();
        BulkTraffic.start(before, left, LEFT);
        BulkTraffic.start(left, before, SUBJECT);

        subject.kill();
        BulkTraffic.end(left.guest());
        bystanders.awaitAnswers();
        subject = LAB.lab().start(subject.spec());

        assertThat(subjectUp().mac()).isEqualTo(mac);
        exchangeFiles();
    }

    @Test
    @DisplayName("keeps its VF when another QEMU asks for the same one and is told that it is busy")
    void keepsItsFunction() {
        GuestNic nic = subjectUp();
        BulkTraffic.start(nic, left, LEFT);

        assertThatThrownBy(() -> right.guest().plug(card.vf(2)))
            .isInstanceOf(QmpException.class)
            .hasMessageContaining("busy");

        BulkTraffic.end(subject);
        exchangeFiles();
        assertThat(card.log()).contains("vf2").contains("second client");
    }

    /** The subject's interface on its first VF, with address and link. */
    private static GuestNic subjectUp() {
        GuestNic nic = GuestNic.onBus(subject, 1);
        subject.check("ip address flush dev " + nic.name());
        return nic.up(SUBJECT + "/24");
    }

    private static void exchangeFiles() {
        FileTransfer.checkBothWays(subjectUp(), SUBJECT, left, LEFT, FILE_BYTES);
    }
}
