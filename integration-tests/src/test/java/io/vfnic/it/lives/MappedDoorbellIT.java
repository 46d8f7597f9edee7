package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** QEMU maps the queue registers of a VF into its guest, whose igbvf then rings nobody (82576 facts, section 8). */
@DisplayName("With --doorbell mmap a guest")
class MappedDoorbellIT {
    private static final String SUBJECT = "10.0.0.1";
    private static final String PEER = "10.0.0.2";
    private static final int RELOADS = 3;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Subject subject;

    @BeforeAll
    static void bootGuests() {
        CardProcess card = LAB.lab().startCard(2, "--doorbell", "mmap");
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("subject").withFunction(card.vf(0)),
            GuestSpec.named("peer").withFunction(card.vf(1))));
        GuestNic peer = GuestNic.onBus(guests.get(1), 1).up(PEER + "/24");
        subject = new Subject(LAB, guests.get(0), SUBJECT, peer, PEER);
    }

    @Test
    @DisplayName("has its queue registers mapped, and sends and receives")
    void works() {
        String regions = subject.guest().qmp(
            "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"info mtree\"}}")
            .getAsString();
        assertThat(regions).containsPattern("ramd.*BAR 0 mmaps\\[0\\]");

        subject.exchangeFiles();
        subject.up().ping(PEER);
    }

    @Test
    @Tag("full")
    @DisplayName("unloads and loads igbvf, and each time its VF works")
    void reloadsItsDriver() {
        subject.reloadDriver(RELOADS);
    }

    @Test
    @Tag("full")
    @DisplayName("resets its VF by an FLR under traffic, and it works as before")
    void resetsItsFunction() {
        subject.resetFunction();
    }

    @Test
    @Tag("full")
    @DisplayName("reboots under traffic, and its VF works as before")
    void reboots() {
        subject.reboot();
    }

    @Test
    @Tag("full")
    @DisplayName("is killed under traffic, and a new QEMU takes its VF over")
    void isKilled() {
        subject.dieAndBeReplaced(() -> { });
    }
}
