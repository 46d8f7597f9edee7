package io.vfnic.testkit.guest;

import java.io.IOException;

import io.vfnic.testkit.client.VfioUserClient;

/** A client, its memory and a driver of the function it is attached to. */
public final class SimulatedGuest implements AutoCloseable {
    private static final long MEMORY_ADDRESS = 0x1_0000_0000L;
    private static final int MEMORY_SIZE = 2 * VfDriver.MEMORY_LENGTH;

    private final VfioUserClient client;
    private final GuestMemory memory;
    private final VfDriver driver;

    private SimulatedGuest(VfioUserClient client, GuestMemory memory) throws IOException {
        this.client = client;
        this.memory = memory;
        driver = new VfDriver(client, memory);
    }

    /** A guest whose memory is mapped by the server. Takes the client over. */
    public static SimulatedGuest withSharedMemory(VfioUserClient client) throws IOException {
        return new SimulatedGuest(client, GuestMemory.shared(MEMORY_ADDRESS, MEMORY_SIZE)).mapped();
    }

    /** A guest whose memory the server reaches by messages. Takes the client over. */
    public static SimulatedGuest withMessageBackedMemory(VfioUserClient client) throws IOException {
        return new SimulatedGuest(client, GuestMemory.messageBacked(MEMORY_ADDRESS, MEMORY_SIZE)).mapped();
    }

    private SimulatedGuest mapped() {
        client.map(memory);
        return this;
    }

    /** Its connection. */
    public VfioUserClient client() {
        return client;
    }

    /** Its memory. */
    public GuestMemory memory() {
        return memory;
    }

    /** Its driver, not started. */
    public VfDriver driver() {
        return driver;
    }

    /** Ends the connection without a word, as a killed QEMU does. */
    @Override
    public void close() {
        client.close();
        driver.close();
        memory.close();
    }
}
