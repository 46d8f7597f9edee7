package io.vfnic.conformance;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import io.vfnic.testkit.guest.PfDriver;
import io.vfnic.testkit.server.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A card whose Physical Function a client drives, and three Virtual Functions behind it; reset before each test. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PfRegistersTest {
    private static final long MEMORY_ADDRESS = 0x1_0000_0000L;

    RunningServer server;
    VfioUserClient client;
    GuestMemory memory;
    PfDriver pf;

    @BeforeAll
    void startServer(@TempDir Path directory) throws IOException {
        server = RunningServer.startWithPf(directory, 3, 1);
        client = VfioUserClient.attach(server.pfSocket());
        memory = GuestMemory.shared(MEMORY_ADDRESS, PfDriver.MEMORY_LENGTH);
        client.map(memory);
        pf = new PfDriver(client, memory);
    }

    @AfterAll
    void stopServer() {
        client.close();
        server.close();
        memory.close();
    }

    @BeforeEach
    void reset() {
        client.reset();
    }
}
