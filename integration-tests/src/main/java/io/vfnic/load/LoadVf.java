package io.vfnic.load;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.VfDriver;
import io.vfnic.testkit.guest.VfRegisters;

/** A Virtual Function, brought up. */
final class LoadVf extends LoadFunction {
    private static final int MAX_FRAME = 1522;

    private final VfDriver driver;

    private LoadVf(VfioUserClient client, LoadPlan plan) throws IOException {
        super(client, plan, VfDriver.MEMORY_LENGTH, VfRegisters.RECEIVE_QUEUE, VfRegisters.TRANSMIT_QUEUE);
        driver = new VfDriver(client, memory());
        driver.config().write16(PciConfig.COMMAND, PciConfig.COMMAND_MEMORY | PciConfig.COMMAND_BUS_MASTER);
        enableVectors(driver.config());
        driver.resetFunction();
        driver.mailbox().setMaxFrame(MAX_FRAME);
        driver.write(VfRegisters.VTIVAR, VECTOR_VALID | RECEIVE_VECTOR);
        startQueues(plan);
    }

    /** Attaches to the function that listens here and brings it up. */
    static LoadVf attach(Path socket, LoadPlan plan) throws IOException {
        return new LoadVf(VfioUserClient.attach(socket), plan);
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
        super.close();
        driver.close();
    }
}
