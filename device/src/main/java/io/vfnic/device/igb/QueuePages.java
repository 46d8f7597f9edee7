package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.QueueRegisters;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The queue registers of a VF: the two 4 KiB pages 0x2000 (receive) and 0x3000 (transmit) of its BAR0, in memory laid
 * out as the guest sees them, so that they can be mapped into it. A trapped access reads and writes the same memory.
 * <p>
 * A page that is mapped may change at any time and at any place, so that whatever is read from it is used as it was
 * read then, and checked.
 */
public final class QueuePages {
    /** Bytes of both pages. */
    public static final int LENGTH = 0x2000;
    /** Where the pages start in BAR0. */
    public static final int BAR_OFFSET = 0x2000;
    /** Queue pairs of a VF. */
    public static final int QUEUES = 2;

    private static final int PAGE_LENGTH = 4096;
    private static final int RECEIVE_BASE = 0x0800;
    private static final int TRANSMIT_BASE = 0x1800;
    private static final int STRIDE = 0x100;

    private final UnsafeBuffer memory = new UnsafeBuffer(0, 0);
    private final QueueRegisters[] receive = new QueueRegisters[QUEUES];
    private final QueueRegisters[] transmit = new QueueRegisters[QUEUES];

    /** Makes a VF's pages, all zero. */
    public static QueuePages allocate() {
        return new QueuePages(new UnsafeBuffer(BufferUtil.allocateDirectAligned(LENGTH, PAGE_LENGTH)));
    }

    QueuePages(AtomicBuffer pages) {
        memory.wrap(pages, 0, LENGTH);
        for (int k = 0; k < QUEUES; k++) {
            receive[k] = new QueueRegisters(memory, RECEIVE_BASE + STRIDE * k);
            transmit[k] = new QueueRegisters(memory, TRANSMIT_BASE + STRIDE * k);
        }
    }

    /** The memory: {@link #LENGTH} bytes. */
    public AtomicBuffer memory() {
        return memory;
    }

    /**
     * Moves the pages to other memory, with what they hold; while nobody uses them yet.
     *
     * @param bar memory of the BAR's first 0x4000 bytes.
     */
    public void share(AtomicBuffer bar) {
        bar.putBytes(BAR_OFFSET, memory, 0, LENGTH);
        memory.wrap(bar, BAR_OFFSET, LENGTH);
    }

    /** Receive queue 0 or 1. */
    public QueueRegisters receive(int k) {
        return receive[k];
    }

    /** Transmit queue 0 or 1. */
    public QueueRegisters transmit(int k) {
        return transmit[k];
    }

    /** Answers reads of a register of the receive queues from the page, and stores writes there. */
    void bindReceive(RegisterSpace space, Register register) {
        bind(space, register, receive, register.offset() - BAR_OFFSET - RECEIVE_BASE);
    }

    /** As {@link #bindReceive}, for the transmit queues. */
    void bindTransmit(RegisterSpace space, Register register) {
        bind(space, register, transmit, register.offset() - BAR_OFFSET - TRANSMIT_BASE);
    }

    /** Reads RQDPC of a receive queue and clears it in one step. */
    int takeDropCount(int k) {
        return memory.getAndSetInt(RECEIVE_BASE + STRIDE * k + QueueRegisters.DROP_COUNT_OFFSET, 0);
    }

    private static void bind(
        RegisterSpace space, Register register, QueueRegisters[] queues, int offset) {
        space.onRead(register, k -> queues[k].get(offset));
        space.onWrite(register, (k, value) -> queues[k].set(offset, value));
    }
}
