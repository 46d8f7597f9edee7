package io.vfnic.testkit.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.vfnic.testkit.client.VfioUserClient;

/**
 * Drives the Physical Function as a guest with igb under QEMU does: bus mastering, link, SR-IOV, the switch, and
 * answers to the VFs' mailboxes. It has a pair of rings on each of the first four queues. For one thread, but for
 * {@link #answerMailboxes()}, which another thread may call.
 */
public final class PfDriver {
    /** Descriptors in each ring. */
    public static final int RING_ENTRIES = 64;
    /** Bytes of guest memory that the rings take. */
    public static final int MEMORY_LENGTH = 1 << 21;

    private static final int QUEUES = 4;
    private static final int RING_LENGTH = MEMORY_LENGTH / (2 * QUEUES);
    private static final int RESET_REQUEST = 1;
    private static final int MESSAGE_TYPE = 0xFF;
    private static final int MAC_LENGTH = 6;
    private static final int PHY_ADDRESS = 1;
    private static final int MDIC_READ = 2 << 26;
    private static final int MDIC_WRITE = 1 << 26;
    private static final int MDIC_READY = 1 << 28;
    private static final int EERD_DONE = 1 << 1;

    private final VfioUserClient client;
    private final Bar bar;
    private final PciConfig config;
    private final List<TransmitRing> transmit = new ArrayList<>();
    private final List<ReceiveRing> receive = new ArrayList<>();
    private volatile int vfs;

    /**
     * @param client attached to the function, its memory mapped; stays the caller's to close.
     * @param memory of at least {@link #MEMORY_LENGTH} bytes.
     */
    public PfDriver(VfioUserClient client, GuestMemory memory) throws IOException {
        this.client = client;
        bar = Bar.open(client);
        config = new PciConfig(client);
        for (int queue = 0; queue < QUEUES; queue++) {
            int offset = 2 * queue * RING_LENGTH;
            transmit.add(new TransmitRing(bar, queue, memory, offset, RING_ENTRIES));
            receive.add(new ReceiveRing(bar, queue, memory, offset + RING_LENGTH, RING_ENTRIES));
        }
    }

    /** Bus mastering, receiver, transmitter and link. */
    public PfDriver start() {
        config.write16(PciConfig.COMMAND, PciConfig.COMMAND_MEMORY | PciConfig.COMMAND_BUS_MASTER);
        bar.write(PfRegisters.RCTL, PfRegisters.RCTL_ENABLE_BROADCAST_LONG);
        bar.write(PfRegisters.TCTL, PfRegisters.TCTL_ENABLE_PAD);
        bar.write(PfRegisters.CTRL, PfRegisters.CTRL_SET_LINK_UP);
        awaitLink();
        return this;
    }

    /** Waits for STATUS.LU. */
    public void awaitLink() {
        Patience.until("the link", () -> (bar.read(VfRegisters.STATUS) & VfRegisters.STATUS_LINK_UP) != 0);
    }

    /** Resets the function by PCI Express, as the guest's PCI core does. */
    public void resetFunction() {
        int control = config.capability(PciConfig.CAPABILITY_PCI_EXPRESS) + PciConfig.DEVICE_CONTROL;
        config.write16(control, config.read16(control) | PciConfig.DEVICE_CONTROL_FUNCTION_LEVEL_RESET);
    }

    /** Reads a word of the NVM. */
    public int readNvm(int word) {
        bar.write(PfRegisters.EERD, word << 2 | 1);
        Patience.until("the NVM", () -> (bar.read(PfRegisters.EERD) & EERD_DONE) != 0);
        return bar.read(PfRegisters.EERD) >>> 16;
    }

    /** Reads a register of the PHY, 0 to 31. */
    public int readPhy(int register) {
        return phy(MDIC_READ | register << 16) & 0xFFFF;
    }

    /** Writes a register of the PHY, 0 to 31. */
    public void writePhy(int register, int value) {
        phy(MDIC_WRITE | register << 16 | value);
    }

    private int phy(int command) {
        bar.write(PfRegisters.MDIC, command | PHY_ADDRESS << 21);
        Patience.until("the PHY", () -> (bar.read(PfRegisters.MDIC) & MDIC_READY) != 0);
        return bar.read(PfRegisters.MDIC);
    }

    /** Has the PHY return what is sent, and waits for its link. */
    public void loopBack() {
        writePhy(PfRegisters.PHY_CONTROL, PfRegisters.PHY_CONTROL_LOOPBACK_1000);
        awaitLink();
    }

    /** Enables VFs by the SR-IOV capability, 1 or more, and lets them talk to the PF and to each other. */
    public void enableVfs(int count) {
        config.write16(PfRegisters.SRIOV_NUM_VFS, count);
        config.write16(PfRegisters.SRIOV_CONTROL, PfRegisters.SRIOV_ENABLE);
        vfs = count;
        bar.write(PfRegisters.MRQC, PfRegisters.MRQC_VMDQ);
        bar.write(PfRegisters.VT_CTL, PfRegisters.VT_CTL_REPLICATION | count << PfRegisters.VT_CTL_POOL_SHIFT);
        bar.write(PfRegisters.DTXSWC, PfRegisters.DTXSWC_LOOPBACK);
        int high = bar.read(PfRegisters.RAH) & 0xFFFF;
        bar.write(PfRegisters.RAH, high | PfRegisters.RAH_VALID | 1 << PfRegisters.RAH_POOL_SHIFT + count);
        bar.write(PfRegisters.VMOLR + Integer.BYTES * count, PfRegisters.VMOLR_USUAL);
        bar.write(PfRegisters.VFRE, 1 << count);
        bar.write(PfRegisters.VFTE, 1 << count);
        bar.write(PfRegisters.CTRL_EXT, PfRegisters.CTRL_EXT_RESET_DONE);
        bar.read(VfRegisters.STATUS);
    }

    /** Disables all VFs; returns when the card has answered. */
    public void disableVfs() {
        config.write16(PfRegisters.SRIOV_CONTROL, 0);
        vfs = 0;
        bar.write(PfRegisters.MRQC, 0);
        bar.read(VfRegisters.STATUS);
    }

    /** Answers what VFs have asked by their mailboxes, always with yes. */
    public void answerMailboxes() {
        int requests = bar.read(PfRegisters.MBVFICR);
        bar.write(PfRegisters.MBVFICR, requests);
        for (int vf = 0; vf < vfs; vf++) {
            if ((requests >>> vf & 1) != 0) {
                answer(vf);
            }
        }
    }

    private void answer(int vf) {
        int mailbox = PfRegisters.VMBMEM + 64 * vf;
        int request = bar.read(mailbox);
        if ((request & MESSAGE_TYPE) == RESET_REQUEST) {
            byte[] mac = macOf(vf);
            int low = mac[0] & 0xFF | (mac[1] & 0xFF) << 8 | (mac[2] & 0xFF) << 16 | (mac[3] & 0xFF) << 24;
            int high = mac[4] & 0xFF | (mac[5] & 0xFF) << 8;
            bar.write(PfRegisters.RAL + 8 * (vf + 1), low);
            bar.write(PfRegisters.RAH + 8 * (vf + 1),
                high | PfRegisters.RAH_VALID | 1 << PfRegisters.RAH_POOL_SHIFT + vf);
            bar.write(PfRegisters.VMOLR + Integer.BYTES * vf, PfRegisters.VMOLR_USUAL);
            bar.write(PfRegisters.VFRE, bar.read(PfRegisters.VFRE) | 1 << vf);
            bar.write(PfRegisters.VFTE, bar.read(PfRegisters.VFTE) | 1 << vf);
            bar.write(mailbox, RESET_REQUEST | VfMailbox.ACK);
            bar.write(mailbox + 4, low);
            bar.write(mailbox + 8, high);
        } else {
            bar.write(mailbox, request | VfMailbox.CLEAR_TO_SEND | VfMailbox.ACK);
        }
        bar.write(PfRegisters.P2VMAILBOX + Integer.BYTES * vf, PfRegisters.P2V_STATUS_AND_ACK);
    }

    private static byte[] macOf(int vf) {
        return new byte[] {2, 0, 0, 0, 1, (byte)vf};
    }

    /** Starts both rings of a queue of the PF's: with n VFs these are n and above. */
    public void startQueue(int queue) {
        transmit.get(queue).start();
        receive.get(queue).start();
        bar.read(VfRegisters.STATUS);
    }

    /** The address that the card came with. */
    public byte[] mac() {
        int low = bar.read(PfRegisters.RAL);
        int high = bar.read(PfRegisters.RAH);
        byte[] mac = new byte[MAC_LENGTH];
        for (int i = 0; i < MAC_LENGTH; i++) {
            mac[i] = (byte)(i < 4 ? low >>> 8 * i : high >>> 8 * (i - 4));
        }
        return mac;
    }

    /** A transmit ring, of queue 0 to 3. */
    public TransmitRing transmit(int queue) {
        return transmit.get(queue);
    }

    /** A receive ring, of queue 0 to 3. */
    public ReceiveRing receive(int queue) {
        return receive.get(queue);
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

    /** Its connection. */
    public VfioUserClient client() {
        return client;
    }
}
