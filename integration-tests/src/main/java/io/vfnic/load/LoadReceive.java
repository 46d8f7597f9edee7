package io.vfnic.load;

import io.vfnic.testkit.guest.GuestMemory;
import org.agrona.concurrent.UnsafeBuffer;

/** A receive ring as a poll-mode driver works it: buffers go back to the card in batches. */
final class LoadReceive {
    static final int BUFFER_LENGTH = 2048;
    private static final int DESCRIPTOR_LENGTH = 16;
    private static final int DONE = 1;

    private final UnsafeBuffer memory;
    private final Tail tail;
    private final long address;
    private final int ring;
    private final int buffers;
    private final int entries;
    private final int batch;
    private int next;
    private int owed;
    private long returned;
    private int length;
    private int status;

    LoadReceive(LoadPlan plan, GuestMemory memory, int at, Tail tail) {
        this.memory = memory.buffer();
        this.tail = tail;
        this.address = memory.iova();
        entries = plan.ringEntries();
        batch = plan.batch();
        ring = at;
        buffers = at + entries * DESCRIPTOR_LENGTH;
    }

    /** Bytes of guest memory that ring and buffers take. */
    static int memoryLength(LoadPlan plan) {
        return plan.ringEntries() * (DESCRIPTOR_LENGTH + BUFFER_LENGTH);
    }

    /** Index of the ring in guest memory. */
    int ring() {
        return ring;
    }

    /** Hands all but one descriptor to the card. */
    void start() {
        for (int i = 0; i < entries; i++) {
            refill(i);
        }
        tail.write(entries - 1);
    }

    /** Whether there is a frame; its {@link #length()} and place are those of the frame until {@link #release()}. */
    boolean poll() {
        final int at = ring + next * DESCRIPTOR_LENGTH;
        status = memory.getIntVolatile(at + 8);
        if ((status & DONE) == 0) {
            return false;
        }
        length = memory.getShort(at + 12) & 0xFFFF;
        return true;
    }

    /** Bytes of the frame. */
    int length() {
        return length;
    }

    /** Status and errors of its descriptor. */
    int status() {
        return status;
    }

    /** Index of the frame in guest memory. */
    int buffer() {
        return buffers + next * BUFFER_LENGTH;
    }

    UnsafeBuffer memory() {
        return memory;
    }

    /** Is done with the frame. */
    void release() {
        refill(next);
        next = next + 1 == entries ? 0 : next + 1;
        if (++owed == batch) {
            giveBack();
        }
    }

    /** Gives back to the card what has been released. */
    void giveBack() {
        if (owed > 0) {
            returned += owed;
            owed = 0;
            tail.write(next == 0 ? entries - 1 : next - 1);
        }
    }

    /** How many descriptors have been given back since the start. */
    long returned() {
        return returned;
    }

    private void refill(int index) {
        final int at = ring + index * DESCRIPTOR_LENGTH;
        memory.putLong(at, address + buffers + (long)index * BUFFER_LENGTH);
        memory.putLong(at + 8, 0);
    }
}
