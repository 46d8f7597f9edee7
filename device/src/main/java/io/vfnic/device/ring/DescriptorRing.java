package io.vfnic.device.ring;

import io.vfnic.device.memory.DmaView;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * The descriptors of one ring, 16 bytes each, little-endian. Where the ring lies in one mapped range of guest memory,
 * they are read and written there. Otherwise (it spans ranges, or its memory is reached by messages) this keeps a copy,
 * into which {@link #fetch} brings descriptors and from which every write goes through to the guest.
 * <p>
 * The guest may change a descriptor at any time: whoever uses a field reads it once.
 */
final class DescriptorRing {
    static final int DESCRIPTOR_LENGTH = 16;
    private static final int STATUS_OFFSET = 12;
    private static final int NONE = -1;

    private final DmaView dma;
    private final UnsafeBuffer memory = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer piece = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer copy = new UnsafeBuffer(0, 0);
    private int unwritten = NONE;
    private long iova;
    private int entries;
    private boolean direct;
    private boolean usable;

    DescriptorRing(DmaView dma) {
        this.dma = dma;
    }

    /** Takes up a ring that the guest has described. A ring outside of guest memory is not {@link #isUsable()}. */
    void open(long ringAddress, int ringEntries) {
        iova = ringAddress;
        entries = ringEntries;
        unwritten = NONE;
        locate();
    }

    /** Finds the ring again after guest memory has been mapped anew. */
    void locate() {
        final int length = entries * DESCRIPTOR_LENGTH;
        usable = false;
        if (length == 0) {
            return;
        }
        final long writable = dma.address(iova, length, DmaView.WRITE);
        final long address = writable == 0 ? 0 : dma.address(iova, length, DmaView.READ);
        direct = address != 0;
        if (direct) {
            memory.wrap(address, length);
            usable = true;
        } else if (dma.isMapped(iova, length)) {
            if (copy.capacity() < length) {
                // Kept and used again, so that a client which maps and unmaps cannot make us allocate each time.
                copy.wrap(ByteBuffer.allocateDirect(length));
            }
            memory.wrap(copy, 0, length);
            usable = true;
            dma.expectAccess(iova);
        }
    }

    boolean isUsable() {
        return usable;
    }

    /** Whether descriptors must be fetched before they are read. */
    boolean isCopied() {
        return !direct;
    }

    int entries() {
        return entries;
    }

    int next(int index) {
        final int next = index + 1;
        return next == entries ? 0 : next;
    }

    /**
     * Brings the descriptors from one index up to, not including, another into the copy; false if they are unreachable.
     */
    boolean fetch(int from, int to) {
        if (from <= to) {
            return fetchRun(from, to - from);
        }
        return fetchRun(from, entries - from) && fetchRun(0, to);
    }

    /** First quad word of a descriptor. */
    long low(int index) {
        return memory.getLong(index * DESCRIPTOR_LENGTH);
    }

    /** Second quad word of a descriptor. */
    long high(int index) {
        return memory.getLong(index * DESCRIPTOR_LENGTH + 8);
    }

    /** Writes a descriptor back; the second quad word, which has the DD bit, becomes visible last. */
    void writeBack(int index, long low, long high) {
        final int offset = index * DESCRIPTOR_LENGTH;
        memory.putLong(offset, low);
        memory.putLongRelease(offset + 8, high);
        if (!direct && !(unwritten == NONE && writeThrough(index))) {
            postpone(index);
        }
    }

    /** Writes the last dword of a transmit descriptor back: its status. */
    void writeBackStatus(int index, int status) {
        final int offset = index * DESCRIPTOR_LENGTH + STATUS_OFFSET;
        memory.putIntRelease(offset, status);
        if (!direct && !(unwritten == NONE && dma.write(iova + offset, memory, offset, Integer.BYTES))) {
            postpone(index);
        }
    }

    /**
     * Whether write-backs have not reached the guest: the messages that carry them were cancelled. The driver waits for
     * them and looks at nothing behind them, so nothing more may be done on the ring until {@link #settle} succeeds.
     */
    boolean isBehind() {
        return unwritten != NONE;
    }

    /**
     * Writes what has not reached the guest.
     *
     * @param head behind the last descriptor that is done.
     * @return whether all of it has arrived.
     */
    boolean settle(int head) {
        while (unwritten != NONE) {
            if (!writeThrough(unwritten)) {
                return false;
            }
            unwritten = next(unwritten);
            if (unwritten == head) {
                unwritten = NONE;
            }
        }
        return true;
    }

    /** Brings one descriptor of the copy to the guest, where its memory is mapped with the DD bit last. */
    private boolean writeThrough(int index) {
        final int offset = index * DESCRIPTOR_LENGTH;
        final long address = dma.address(iova + offset, DESCRIPTOR_LENGTH, DmaView.WRITE);
        if (address == 0) {
            return dma.write(iova + offset, memory, offset, DESCRIPTOR_LENGTH);
        }
        piece.wrap(address, DESCRIPTOR_LENGTH);
        piece.putLong(0, copy.getLong(offset));
        piece.putLongRelease(8, copy.getLong(offset + 8));
        return true;
    }

    private void postpone(int index) {
        if (unwritten == NONE) {
            unwritten = index;
        }
    }

    private boolean fetchRun(int from, int count) {
        final int offset = from * DESCRIPTOR_LENGTH;
        return count == 0 || dma.read(iova + offset, memory, offset, count * DESCRIPTOR_LENGTH);
    }
}
