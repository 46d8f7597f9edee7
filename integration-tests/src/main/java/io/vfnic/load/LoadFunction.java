package io.vfnic.load;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.MappedRegion;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.VfDriver;
import io.vfnic.testkit.guest.VfRegisters;

/** A Virtual Function, brought up, with one queue of each kind. */
final class LoadFunction implements AutoCloseable {
    private static final long MEMORY_ADDRESS = 0x1_0000_0000L;
    private static final int PAGE = 4096;
    private static final int MAX_FRAME = 1522;
    private static final int RECEIVE_VECTOR = 1;
    private static final int VECTOR_VALID = 0x80;
    private static final int MSIX_VECTORS = 3;

    private final VfioUserClient client;
    private final MappedRegion mapped;
    private final GuestMemory memory;
    private final VfDriver driver;
    private final EventFd[] signals = new EventFd[MSIX_VECTORS];
    private final LoadTransmit transmit;
    private final LoadReceive receive;
    private final Tail unmask;
    private final byte[] mac;

    private LoadFunction(VfioUserClient client, LoadPlan plan) throws IOException {
        this.client = client;
        mapped = client.mapRegion(RegionIndex.BAR0);
        int transmitLength = roundUp(LoadTransmit.memoryLength(plan));
        memory = GuestMemory.shared(
            MEMORY_ADDRESS, roundUp(VfDriver.MEMORY_LENGTH) + transmitLength + roundUp(LoadReceive.memoryLength(plan)));
        client.map(memory);
        driver = new VfDriver(client, memory);
        int at = roundUp(VfDriver.MEMORY_LENGTH);
        transmit = new LoadTransmit(
            plan, memory, at, Tail.of(client, mapped, VfRegisters.TRANSMIT_QUEUE + VfRegisters.RING_TAIL));
        receive = new LoadReceive(plan, memory, at + transmitLength,
            Tail.of(client, mapped, VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_TAIL));
        unmask = Tail.of(client, mapped, VfRegisters.EIMS);
        mac = bringUp(plan);
    }

    /** Attaches to the function that listens here and brings it up. */
    static LoadFunction attach(Path socket, LoadPlan plan) throws IOException {
        return new LoadFunction(VfioUserClient.attach(socket), plan);
    }

    private static int roundUp(int length) {
        return length + PAGE - 1 & -PAGE;
    }

    private byte[] bringUp(LoadPlan plan) throws IOException {
        driver.config().write16(PciConfig.COMMAND, PciConfig.COMMAND_MEMORY | PciConfig.COMMAND_BUS_MASTER);
        for (int i = 0; i < signals.length; i++) {
            signals[i] = EventFd.create();
        }
        int msix = driver.config().capability(PciConfig.CAPABILITY_MSIX) + PciConfig.MSIX_CONTROL;
        driver.config().write16(msix, driver.config().read16(msix) | PciConfig.MSIX_ENABLE);
        client.setEventFds(IrqIndex.MSIX, 0, signals);
        driver.resetFunction();
        driver.mailbox().setMaxFrame(MAX_FRAME);
        startQueue(VfRegisters.TRANSMIT_QUEUE, transmit.ring(), plan);
        driver.write(VfRegisters.RECEIVE_QUEUE + VfRegisters.SPLIT_CONTROL,
            VfRegisters.SPLIT_ONE_BUFFER_DROP | LoadReceive.BUFFER_LENGTH / 1024);
        startQueue(VfRegisters.RECEIVE_QUEUE, receive.ring(), plan);
        receive.start();
        driver.write(VfRegisters.VTIVAR, VECTOR_VALID | RECEIVE_VECTOR);
        driver.write(VfRegisters.EIAC, 1 << RECEIVE_VECTOR);
        driver.write(VfRegisters.EIAM, 1 << RECEIVE_VECTOR);
        if (plan.interrupts()) {
            unmask();
        }
        // A read comes back only when everything before it has been done.
        driver.read(VfRegisters.STATUS);
        return driver.mac();
    }

    private void startQueue(int registers, int ring, LoadPlan plan) {
        long address = memory.iova() + ring;
        driver.write(registers + VfRegisters.RING_LENGTH, plan.ringEntries() * LoadTransmit.DESCRIPTOR_LENGTH);
        driver.write(registers + VfRegisters.RING_BASE_LOW, (int)address);
        driver.write(registers + VfRegisters.RING_BASE_HIGH, (int)(address >>> Integer.SIZE));
        driver.write(registers + VfRegisters.QUEUE_CONTROL, VfRegisters.QUEUE_ENABLE);
    }

    LoadTransmit transmit() {
        return transmit;
    }

    LoadReceive receive() {
        return receive;
    }

    /**
     * How many receive descriptors the card is known to have got back. Tails in memory it sees in the order in which this
     * thread writes them, whosever they are; messages on different connections overtake each other.
     */
    long returned() {
        return isMapped() ? receive.returned() : transmit.acknowledged();
    }

    /** Waits until the card has done everything that it was told before: it has all receive descriptors back then. */
    void synchronize() {
        receive.giveBack();
        driver.read(VfRegisters.STATUS);
        transmit.acknowledged(receive.returned());
    }

    byte[] mac() {
        return mac;
    }

    /** Whether tails are written to memory. */
    boolean isMapped() {
        return mapped != null;
    }

    /** What is signalled when frames have arrived, once after each {@link #unmask()}. */
    EventFd received() {
        return signals[RECEIVE_VECTOR];
    }

    /** Lets the receive vector fire again. */
    void unmask() {
        unmask.write(1 << RECEIVE_VECTOR);
    }

    @Override
    public void close() {
        client.close();
        driver.close();
        for (EventFd signal : signals) {
            signal.close();
        }
        if (mapped != null) {
            mapped.close();
        }
        memory.close();
    }
}
