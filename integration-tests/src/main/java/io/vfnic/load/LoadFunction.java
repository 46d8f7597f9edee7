package io.vfnic.load;

import java.io.IOException;

import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.MappedRegion;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.VfRegisters;

/** A function of the card, to be brought up with one queue of each kind. */
abstract class LoadFunction implements AutoCloseable {
    static final int VECTOR_VALID = 0x80;
    static final int RECEIVE_VECTOR = 1;

    private static final long MEMORY_ADDRESS = 0x1_0000_0000L;
    private static final int PAGE = 4096;
    private static final int VECTORS = 3;

    private final VfioUserClient client;
    private final MappedRegion mapped;
    private final GuestMemory memory;
    private final int receiveQueue;
    private final int transmitQueue;
    private final EventFd[] signals = new EventFd[VECTORS];
    private final LoadTransmit transmit;
    private final LoadReceive receive;
    private final Tail unmask;

    /**
     * @param driverMemory  bytes of the memory, from its start, that the function's driver wants for itself.
     * @param receiveQueue  where the registers of the receive queue are.
     * @param transmitQueue where those of the transmit queue are.
     */
    LoadFunction(VfioUserClient client, LoadPlan plan, int driverMemory, int receiveQueue, int transmitQueue)
        throws IOException {
        this.client = client;
        this.receiveQueue = receiveQueue;
        this.transmitQueue = transmitQueue;
        mapped = client.mapRegion(RegionIndex.BAR0);
        int transmitLength = roundUp(LoadTransmit.memoryLength(plan));
        memory = GuestMemory.shared(
            MEMORY_ADDRESS, roundUp(driverMemory) + transmitLength + roundUp(LoadReceive.memoryLength(plan)));
        client.map(memory);
        int at = roundUp(driverMemory);
        transmit = new LoadTransmit(plan, memory, at, Tail.of(client, mapped, transmitQueue + VfRegisters.RING_TAIL));
        receive = new LoadReceive(
            plan, memory, at + transmitLength, Tail.of(client, mapped, receiveQueue + VfRegisters.RING_TAIL));
        unmask = Tail.of(client, mapped, VfRegisters.EIMS);
    }

    private static int roundUp(int length) {
        return length + PAGE - 1 & -PAGE;
    }

    /** Reads a register of BAR 0. */
    abstract int read(int register);

    /** Writes a register of BAR 0. */
    abstract void write(int register, int value);

    /** Its address. */
    abstract byte[] mac();

    /** Has vectors signalled by eventfds. */
    void enableVectors(PciConfig config) throws IOException {
        for (int i = 0; i < signals.length; i++) {
            signals[i] = EventFd.create();
        }
        int msix = config.capability(PciConfig.CAPABILITY_MSIX) + PciConfig.MSIX_CONTROL;
        config.write16(msix, config.read16(msix) | PciConfig.MSIX_ENABLE);
        client.setEventFds(IrqIndex.MSIX, 0, signals);
    }

    /** Starts both queues, and when the function has done so returns. */
    void startQueues(LoadPlan plan) {
        startQueue(transmitQueue, transmit.ring(), plan);
        write(receiveQueue + VfRegisters.SPLIT_CONTROL,
            VfRegisters.SPLIT_ONE_BUFFER_DROP | LoadReceive.BUFFER_LENGTH / 1024);
        startQueue(receiveQueue, receive.ring(), plan);
        receive.start();
        write(VfRegisters.EIAC, 1 << RECEIVE_VECTOR);
        write(VfRegisters.EIAM, 1 << RECEIVE_VECTOR);
        if (plan.interrupts()) {
            unmask();
        }
        // A read comes back only when everything before it has been done.
        read(VfRegisters.STATUS);
    }

    private void startQueue(int registers, int ring, LoadPlan plan) {
        long address = memory.iova() + ring;
        write(registers + VfRegisters.RING_LENGTH, plan.ringEntries() * LoadTransmit.DESCRIPTOR_LENGTH);
        write(registers + VfRegisters.RING_BASE_LOW, (int)address);
        write(registers + VfRegisters.RING_BASE_HIGH, (int)(address >>> Integer.SIZE));
        write(registers + VfRegisters.QUEUE_CONTROL, VfRegisters.QUEUE_ENABLE);
    }

    /** Its memory, whose first bytes are its driver's. */
    GuestMemory memory() {
        return memory;
    }

    LoadTransmit transmit() {
        return transmit;
    }

    LoadReceive receive() {
        return receive;
    }

    /**
     * How many receive descriptors the card is known to have got back. Tails in memory it sees in the order in which
     * this thread writes them, whosever they are; messages on different connections overtake each other.
     */
    long returned() {
        return isMapped() ? receive.returned() : transmit.acknowledged();
    }

    /** Waits until the card has done everything that it was told before: it has all receive descriptors back then. */
    void synchronize() {
        receive.giveBack();
        read(VfRegisters.STATUS);
        transmit.acknowledged(receive.returned());
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
        for (EventFd signal : signals) {
            if (signal != null) {
                signal.close();
            }
        }
        if (mapped != null) {
            mapped.close();
        }
        memory.close();
    }
}
