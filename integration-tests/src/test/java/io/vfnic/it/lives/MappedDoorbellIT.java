package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.time.Duration;
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
    private static final int FILE_BYTES = 3_000_001;
    private static final int RELOADS = 3;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Guest subject;
    private static GuestNic peer;

    @BeforeAll
    static void bootGuests() {
        CardProcess card = LAB.lab().startCard(2, "--doorbell", "mmap");
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("subject").withFunction(card.vf(0)),
            GuestSpec.named("peer").withFunction(card.vf(1))));
        subject = guests.get(0);
        peer = GuestNic.onBus(guests.get(1), 1).up(PEER + "/24");
    }

    @Test
    @DisplayName("has its queue registers mapped, and sends and receives")
    void works() {
        String regions = subject.qmp(
            "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"info mtree\"}}").getAsString();
        assertThat(regions).containsPattern("ramd.*BAR 0 mmaps\\[0\\]");

        exchangeFiles();
        subjectUp().ping(PEER);
    }

    @Test
    @Tag("full")
    @DisplayName("unloads and loads igbvf, and each time its VF works")
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
            done""".formatted(RELOADS, GuestNic.pciDevice(1), GuestNic.pciDevice(1), SUBJECT, PEER),
            Duration.ofMinutes(5)).orFail();

        exchangeFiles();
    }

    @Test
    @DisplayName("resets its VF by an FLR under traffic, and it works as before")
    void resetsItsFunction() {
        BulkTraffic.start(subjectUp(), peer, PEER);

        subject.check("echo flr > " + GuestNic.pciDevice(1) + "/reset_method");
        subject.check("echo 1 > " + GuestNic.pciDevice(1) + "/reset");
        BulkTraffic.end(subject);
        // igbvf is not told, and resets itself no sooner than 10 s after its last reset.
        GuestNic.await(subject, "ping -c 1 -W 1 " + PEER);

        exchangeFiles();
    }

    @Test
    @Tag("full")
    @DisplayName("reboots under traffic, and its VF works as before")
    void reboots() {
        GuestNic before = subjectUp();
        String mac = before.mac();
        BulkTraffic.start(before, peer, PEER);

        subject.reboot();

        assertThat(subjectUp().mac()).isEqualTo(mac);
        exchangeFiles();
    }

    @Test
    @Tag("full")
    @DisplayName("is killed under traffic, and a new QEMU takes its VF over")
    void isKilled() {
        String mac = subjectUp().mac();
        BulkTraffic.start(subjectUp(), peer, PEER);

        subject.kill();
        BulkTraffic.end(peer.guest());
        subject = LAB.lab().start(subject.spec());

        assertThat(subjectUp().mac()).isEqualTo(mac);
        exchangeFiles();
    }

    private static GuestNic subjectUp() {
        GuestNic nic = GuestNic.onBus(subject, 1);
        subject.check("ip address flush dev " + nic.name());
        return nic.up(SUBJECT + "/24");
    }

    private static void exchangeFiles() {
        FileTransfer.checkBothWays(subjectUp(), SUBJECT, peer, PEER, FILE_BYTES);
    }
}
