package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PingFlow;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Guest memory of other kinds than the memfd that the card likes best. */
@DisplayName("A guest whose memory")
class GuestMemoryIT {
    private static final String NORMAL = "10.0.0.1";
    private static final String PLAIN = "10.0.0.2";
    private static final String FILE = "10.0.0.3";
    private static final int FILE_BYTES = 1_000_001;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static Path memoryFile;
    private static GuestNic normal;
    private static GuestNic plain;
    private static GuestNic inFile;

    @BeforeAll
    static void bootGuests() {
        card = LAB.lab().startCard(3);
        memoryFile = LAB.lab().directory().resolve("memory");
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("normal").withFunction(card.vf(0)),
            GuestSpec.named("plain").withFunction(card.vf(1)).withPlainMemory(),
            GuestSpec.named("in-file").withFunction(card.vf(2)).withMemoryFile(memoryFile)));
        normal = GuestNic.onBus(guests.get(0), 1).up(NORMAL + "/24");
        plain = GuestNic.onBus(guests.get(1), 1).up(PLAIN + "/24");
        inFile = GuestNic.onBus(guests.get(2), 1).up(FILE + "/24");
    }

    @Test
    @DisplayName("the card cannot map is served through DMA messages")
    void isReachedByMessages() {
        for (int size : new int[] {0, 1, 18, 19, 500, 1471, 1472, 1473, 8000}) {
            normal.check("ping -q -c 2 -i 0.05 -w 60 -s " + size + " " + PLAIN);
        }
        FileTransfer.checkBothWays(plain, PLAIN, normal, NORMAL, FILE_BYTES);
    }

    @Test
    @DisplayName("is a file that shrinks under traffic loses its connection, and nobody else notices")
    void shrinks() throws IOException {
        PingFlow others = PingFlow.start(normal, PLAIN);
        // So little may be under way that it leaves receive buffers free when the guest stands still: the card is to
        // touch its memory then.
        inFile.check("sysctl -w net.ipv4.tcp_rmem='4096 65536 65536'");
        BulkTraffic.start(normal, inFile, FILE);
        // Else QEMU itself might be the first to touch what is gone.
        inFile.guest().qmp("{\"execute\": \"stop\"}");

        try (FileChannel memory = FileChannel.open(memoryFile, StandardOpenOption.WRITE)) {
            memory.truncate(0);
        }
        // Broadcasts go into the receive buffers of every guest.
        normal.run("arping -q -c 5 -w 10 -I " + normal.name() + " 10.0.0.99");

        BulkTraffic.end(normal.guest());
        Await.until("the guest's QEMU reports the loss",
            () -> inFile.guest().qemuLog().contains("failed to read header"));
        Await.until("the card says so", () -> card.log().contains("vf2"));
        others.stopUnharmed();
        inFile.guest().kill();
        try (Guest successor = LAB.lab().start(GuestSpec.named("successor").withFunction(card.vf(2)))) {
            GuestNic nic = GuestNic.onBus(successor, 1).up(FILE + "/24");
            FileTransfer.checkBothWays(nic, FILE, normal, NORMAL, FILE_BYTES);
        }
    }
}
