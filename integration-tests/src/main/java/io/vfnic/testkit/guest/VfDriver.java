package io.vfnic.testkit.guest;

import java.io.IOException;

import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.VfioUserClient;

/**
 * Drives a Virtual Function as a guest with igbvf under QEMU does: bus mastering, MSI-X by eventfds, reset, mailbox
 * handshake, one pair of rings. For one thread.
 */
public final class VfDriver implements AutoCloseable {
    /** Vector of transmit completions. */
    public static final int TRANSMIT_VECTOR = 0;
    /** Vector of received frames. */
    public static final int RECEIVE_VECTOR = 1;
    /** Vector of the mailbox. */
    public static final int MAILBOX_VECTOR = 2;
    /** Descriptors in each ring. */
    public static final int RING_ENTRIES = 64;
    /** Bytes of guest memory that the rings of one pair take. */
    public static final int MEMORY_LENGTH = 1 << 20;

    private static final int VECTORS = 3;
    private static final int ALL_VECTORS = 7;
    private static final int RECEIVE_RING_OFFSET = MEMORY_LENGTH / 2;
    private static final int VECTOR_VALID = 0x80;
    private static final int MAX_FRAME = 1522;

    private final VfioUserClient client;
    private final Bar bar;
    private final PciConfig config;
    private final VfMailbox mailbox;
    private final TransmitRing transmit;
    private final ReceiveRing receive;
    private final EventFd[] signals = new EventFd[VECTORS];
    private byte[] mac;

    /**
     * @param client attached to the function, its memory mapped; stays the caller's to close.
     * @param memory of at least {@link #MEMORY_LENGTH} bytes.
     */
    public VfDriver(VfioUserClient client, GuestMemory memory) throws IOException {
        this.client = client;
        bar = Bar.open(client);
        config = new PciConfig(client);
        mailbox = new VfMailbox(bar);
        transmit = new TransmitRing(bar, 0, memory, 0, RING_ENTRIES);
        receive = new ReceiveRing(bar, 0, memory, RECEIVE_RING_OFFSET, RING_ENTRIES);
        for (int i = 0; i < VECTORS; i++) {
            signals[i] = EventFd.create();
        }
    }

    /** Probe and open, in igbvf's order. */
    public VfDriver start() {
        config.write16(PciConfig.COMMAND, PciConfig.COMMAND_MEMORY | PciConfig.COMMAND_BUS_MASTER);
        int msix = config.capability(PciConfig.CAPABILITY_MSIX) + PciConfig.MSIX_CONTROL;
        config.write16(msix, config.read16(msix) | PciConfig.MSIX_ENABLE);
        client.setEventFds(IrqIndex.MSIX, 0, signals);
        resetFunction();
        openRings();
        return this;
    }

    /** The driver's reset: interrupts off, VTCTRL.RST, mailbox reset, MAC address. */
    public void resetFunction() {
        bar.write(VfRegisters.EIMC, -1);
        bar.write(VfRegisters.EIAC, 0);
        bar.write(VfRegisters.VTCTRL, VfRegisters.VTCTRL_RESET);
        mac = mailbox.reset();
        if (!mailbox.setMac(mac)) {
            throw new IllegalStateException("the PF refuses the MAC address it gave");
        }
    }

    /** The driver's open: rings, longest frame, interrupts. */
    public void openRings() {
        mailbox.setMulticast();
        transmit.start();
        receive.start();
        mailbox.setMaxFrame(MAX_FRAME);
        bar.write(VfRegisters.VTIVAR,
            VECTOR_VALID | RECEIVE_VECTOR | (VECTOR_VALID | TRANSMIT_VECTOR) << 8);
        bar.write(VfRegisters.VTIVAR_MISC, VECTOR_VALID | MAILBOX_VECTOR);
        bar.read(VfRegisters.EICR);
        bar.write(VfRegisters.EIAC, ALL_VECTORS);
        bar.write(VfRegisters.EIAM, ALL_VECTORS);
        bar.write(VfRegisters.EIMS, ALL_VECTORS);
    }

    /** The driver's close: queues off, interrupts off, reset. */
    public void closeRings() {
        receive.stop();
        transmit.stop();
        bar.read(VfRegisters.STATUS);
        resetFunction();
    }

    /** Its MAC address. */
    public byte[] mac() {
        return mac.clone();
    }

    /** Its mailbox. */
    public VfMailbox mailbox() {
        return mailbox;
    }

    /** Its transmit ring. */
    public TransmitRing transmit() {
        return transmit;
    }

    /** Its receive ring. */
    public ReceiveRing receive() {
        return receive;
    }

    /** Its configuration space. */
    public PciConfig config() {
        return config;
    }

    /** Reads a register of BAR 0. */
    public int read(int register) {
        return bar.read(register);
    }

    /** Writes a register of BAR 0. */
    public void write(int register, int value) {
        bar.write(register, value);
    }

    /** Waits for a vector's interrupt and takes it. */
    public void awaitInterrupt(int vector) {
        Patience.until("interrupt vector " + vector, () -> takeInterrupt(vector));
    }

    /** Takes a vector's interrupt if there was one. */
    public boolean takeInterrupt(int vector) {
        return signals[vector].drain() > 0;
    }

    /** Unmasks a vector, which masks itself when it fires. */
    public void enableInterrupt(int vector) {
        bar.write(VfRegisters.EIMS, 1 << vector);
    }

    /** Closes the eventfds of this side, and unmaps the registers. */
    @Override
    public void close() {
        for (EventFd signal : signals) {
            signal.close();
        }
        bar.close();
    }
}
