package io.vfnic.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.PfDriver;
import io.vfnic.testkit.guest.PfRegisters;
import io.vfnic.testkit.guest.VfRegisters;

/**
 * The Physical Function, brought up as igb brings it up with VFs: the PF's pool and its first queue are those behind
 * the VFs'. Answers the VFs' mailboxes until all of them are up.
 */
final class LoadPf extends LoadFunction {
    /** Interrupts as MSI-X, several vectors, cleared and masked by themselves: what igb writes to GPIE. */
    private static final int SEVERAL_VECTORS = 0xC000_0011;
    private static final long BETWEEN_LOOKS_MILLIS = 1;

    private final PfDriver driver;
    private final Thread answers;
    private volatile boolean answering = true;

    private LoadPf(VfioUserClient client, LoadPlan plan, int vfs) throws IOException {
        super(client, plan, PfDriver.MEMORY_LENGTH, PfRegisters.RECEIVE_QUEUE + vfs * PfRegisters.QUEUE_STRIDE,
            PfRegisters.TRANSMIT_QUEUE + vfs * PfRegisters.QUEUE_STRIDE);
        driver = new PfDriver(client, memory()).start();
        enableVectors(driver.config());
        driver.enableVfs(vfs);
        driver.write(PfRegisters.GPIE, SEVERAL_VECTORS);
        driver.write(PfRegisters.IVAR + Integer.BYTES * vfs, VECTOR_VALID | RECEIVE_VECTOR);
        startQueues(plan);
        answers = Thread.ofPlatform().daemon().name("mailboxes").start(this::answer);
    }

    /** Attaches to the function that listens here and brings it up. */
    static LoadPf attach(Path socket, LoadPlan plan, int vfs) throws IOException {
        return new LoadPf(VfioUserClient.attach(socket), plan, vfs);
    }

    private void answer() {
        try {
            while (answering) {
                driver.answerMailboxes();
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All VFs are up: from now on the connection is the caller's thread's alone. */
    void stopAnswering() throws IOException {
        answering = false;
        try {
            answers.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    int read(int register) {
        return driver.read(register);
    }

    @Override
    void write(int register, int value) {
        driver.write(register, value);
    }

    @Override
    byte[] mac() {
        return driver.mac();
    }

    @Override
    public void close() {
        answering = false;
        super.close();
    }
}
