package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The card's process ends while its guests run. QEMU never reconnects, so a guest then needs a new function. */
@DisplayName("Guests outlive a card that, under traffic,")
class CardDeathIT {
    private static final String ONE = "10.0.0.1";
    private static final String TWO = "10.0.0.2";
    private static final int FILE_BYTES = 1_000_001;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Guest one;
    private static Guest two;

    @BeforeAll
    static void bootGuests() {
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("one").withSparePorts(4), GuestSpec.named("two").withSparePorts(4)));
        one = guests.get(0);
        two = guests.get(1);
    }

    @Test
    @DisplayName("is stopped by SIGTERM")
    void isStopped() {
        outlive((card, nics) -> {
            card.stop();
            assertThat(card.vf(0)).doesNotExist();
            assertThat(card.vf(1)).doesNotExist();
        });
    }

    @Test
    @DisplayName("is killed by SIGKILL")
    void isKilled() {
        outlive((card, nics) -> {
            // A process that is killed cannot read what lies in its sockets, and QEMU 11.1 aborts where a socket is
            // closed on data that nobody has read (see the server's UnixChannel). So the guests hold still, in the
            // midst of their traffic, until the card has read what they had sent.
            List<String> registers = nics.stream().map(CardDeathIT::firstRegister).toList();
            one.qmp("{\"execute\": \"stop\"}");
            two.qmp("{\"execute\": \"stop\"}");
            readThroughQemu(one, registers.get(0));
            readThroughQemu(two, registers.get(1));
            card.kill();
            one.qmp("{\"execute\": \"cont\"}");
            two.qmp("{\"execute\": \"cont\"}");
        });
    }

    private static void outlive(BiConsumer<CardProcess, List<GuestNic>> death) {
        CardProcess card = LAB.lab().startCard(2);
        GuestNic nicOne = GuestNic.plug(one, card.vf(0)).up(ONE + "/24");
        GuestNic nicTwo = GuestNic.plug(two, card.vf(1)).up(TWO + "/24");
        BulkTraffic.start(nicOne, nicTwo, TWO);
        BulkTraffic.start(nicTwo, nicOne, ONE);
        long lossesOne = lossesReported(one);
        long lossesTwo = lossesReported(two);

        death.accept(card, List.of(nicOne, nicTwo));

        assertThat(card.isRunning()).isFalse();
        assertThat(one.run("echo alive").orFail().stdout()).isEqualTo("alive\n");
        assertThat(two.run("echo alive").orFail().stdout()).isEqualTo("alive\n");
        Await.until("both QEMUs report the loss",
            () -> lossesReported(one) > lossesOne && lossesReported(two) > lossesTwo);

        BulkTraffic.end(one);
        BulkTraffic.end(two);
        bury(nicOne);
        bury(nicTwo);
        CardProcess successor = LAB.lab().startCard(2);
        GuestNic newOne = GuestNic.plug(one, successor.vf(0)).up(ONE + "/24");
        GuestNic newTwo = GuestNic.plug(two, successor.vf(1)).up(TWO + "/24");
        FileTransfer.checkBothWays(newOne, ONE, newTwo, TWO, FILE_BYTES);
        bury(newOne);
        bury(newTwo);
        successor.stop();
    }

    /** The physical address of a function's first register, as the guest sees it. */
    private static String firstRegister(GuestNic nic) {
        return nic.check("awk 'NR == 1 { print $1 }' /sys/class/net/" + nic.name() + "/device/resource");
    }

    /** Has QEMU read it: the card answers when it has handled all that came on that connection before. */
    private static void readThroughQemu(Guest guest, String register) {
        String value = guest.qmp("{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"xp /1wx "
            + register + "\"}}").getAsString();
        assertThat(value).contains(": 0x");
    }

    /** QEMU says which of its threads met the closed socket first: the one that reads replies, or one that writes. */
    private static long lossesReported(Guest guest) {
        return guest.qemuLog().lines().filter(line ->
            line.contains("failed to read header") || line.contains("Unable to write to socket")).count();
    }

    /** Removes the function of an interface from its guest's PCI bus. */
    private static void bury(GuestNic nic) {
        nic.guest().check("echo 1 > /sys/class/net/" + nic.name() + "/device/remove");
    }
}
