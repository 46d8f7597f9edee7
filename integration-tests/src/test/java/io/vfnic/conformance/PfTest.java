package io.vfnic.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.PfDriver;
import io.vfnic.testkit.server.RunningServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with two Virtual Functions whose PF a client drives, and that client, attached and started. */
@Timeout(120)
abstract class PfTest {
    private static final long MEMORY_ADDRESS = 0x2_0000_0000L;
    private static final int ANSWER_INTERVAL_NANOS = 200_000;

    @TempDir
    Path directory;
    RunningServer server;
    GuestMemory memory;
    VfioUserClient client;
    PfDriver pf;
    private volatile Thread mailboxes;

    @BeforeEach
    void startPf() throws IOException {
        server = RunningServer.startWithPf(directory, 2, agents());
        attachPf();
    }

    @AfterEach
    void stopPf() {
        detachPf();
        server.close();
    }

    /** Engine agents of the card. */
    int agents() {
        return 1;
    }

    /** A new client takes the PF over. */
    void attachPf() throws IOException {
        client = server.attachPfWhenFree();
        memory = GuestMemory.shared(MEMORY_ADDRESS, PfDriver.MEMORY_LENGTH);
        client.map(memory);
        pf = new PfDriver(client, memory).start();
    }

    /** The client ends without a word. */
    void detachPf() {
        stopAnswering();
        client.close();
        memory.close();
    }

    /** Has the VFs' requests answered until {@link #stopAnswering()}. */
    void answerMailboxes() {
        mailboxes = Thread.ofPlatform().start(() -> {
            while (Thread.currentThread() == mailboxes || mailboxes == null) {
                pf.answerMailboxes();
                LockSupport.parkNanos(ANSWER_INTERVAL_NANOS);
            }
        });
    }

    void stopAnswering() {
        Thread thread = mailboxes;
        if (thread != null) {
            mailboxes = Thread.currentThread();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            mailboxes = null;
        }
    }

    /** Returns when the PF's agent has done what it had to do: each of these is answered one duty cycle later. */
    void settle() {
        int command = pf.config().read16(PciConfig.COMMAND);
        for (int i = 0; i < 4; i++) {
            pf.config().write16(PciConfig.COMMAND, command ^ PciConfig.COMMAND_BUS_MASTER);
            pf.config().write16(PciConfig.COMMAND, command);
        }
    }
}
