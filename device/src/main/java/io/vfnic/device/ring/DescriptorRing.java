package io.vfnic.device.ring;

import io.vfnic.device.memory.DmaView;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The descriptors of one ring, 16 bytes each, little-endian. This keeps a copy of the ring: {@link #fetch} brings runs
 * of descriptors into it, from which they are read, and write-backs go to the guest from it, in runs, too, where they
 * are not asked for at once. A line of the guest's memory is so moved from the core of its driver to that of the agent
 * and back once for the descriptors in it, not once for each, and many of them at a time.
 * <p>
 * Where the ring lies in one mapped range of guest memory, it is reached there; else (it spans ranges, or is reached by
 * messages) through {@link DmaView}, which may fail.
 */
final class DescriptorRing {
    static final int DESCRIPTOR_LENGTH = 16;
    /** Descriptors of a run: silicon's queues have as many on chip. */
    private static final int RUN = 64;
    private static final int STATUS_OFFSET = 12;
    private static final int NONE = -1;

    private final DmaView dma;
    private final UnsafeBuffer piece = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer copy = new UnsafeBuffer(0, 0);
    private long copyAddress;
    /** Of the ring in guest memory, where it is reached directly. */
    private long guestAddress;
    /** Behind the last descriptor that is in the copy. */
    private int fetched;
    /** The first descriptor whose write-back has not reached the guest. */
    private int unwritten = NONE;
    private boolean behind;
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
        behind = false;
        final int length = entries * DESCRIPTOR_LENGTH;
        if (copy.capacity() < length) {
            // Kept and used again, so that a driver which starts its queue over and over cannot make us allocate.
            copy.wrap(ByteBuffer.allocateDirect(length));
            copyAddress = copy.addressOffset();
        }
        locate(0);
    }

    /**
     * Finds the ring again after guest memory has been mapped anew.
     *
     * @param head the first descriptor that is not done.
     */
    void locate(int head) {
        final int length = entries * DESCRIPTOR_LENGTH;
        fetched = head;
        usable = false;
        direct = false;
        if (length == 0) {
            return;
        }
        final long writable = dma.address(iova, length, DmaView.WRITE);
        final long address = writable == 0 ? 0 : dma.address(iova, length, DmaView.READ);
        direct = address != 0;
        if (direct) {
            guestAddress = address;
            usable = true;
        } else if (dma.isMapped(iova, length)) {
            usable = true;
            dma.expectAccess(iova);
        }
    }

    /**
     * Gives the ring up, and with it what has not been written back: the memory that it lies in may be somebody else's
     * from now on, and nobody asks where it is before it is opened again.
     */
    void forget() {
        unwritten = NONE;
        behind = false;
        usable = false;
        direct = false;
        guestAddress = 0;
    }

    /** Forgets what was fetched from a descriptor on. */
    void fetchAgain(int from) {
        fetched = from;
    }

    boolean isUsable() {
        return usable;
    }

    int entries() {
        return entries;
    }

    int next(int index) {
        final int next = index + 1;
        return next == entries ? 0 : next;
    }

    /** Descriptors from one index up to, not including, another. */
    int distance(int from, int to) {
        final int distance = to - from;
        return distance < 0 ? distance + entries : distance;
    }

    /** How many descriptors from the head on can be read. */
    int fetchedFrom(int head) {
        return distance(head, fetched);
    }

    /**
     * Brings more of the descriptors that are the card's into the copy.
     *
     * @param head the first of them.
     * @param tail behind the last of them, less than {@link #entries()}.
     * @return whether there were more and they have come.
     */
    boolean fetch(int head, int tail) {
        final int missing = distance(head, tail) - fetchedFrom(head);
        if (missing <= 0) {
            return false;
        }
        // A message costs the same for one descriptor and for many.
        final int wanted = direct ? Math.min(missing, RUN) : missing;
        final int straight = Math.min(wanted, entries - fetched);
        if (!fetchRun(fetched, straight) || (straight < wanted && !fetchRun(0, wanted - straight))) {
            return false;
        }
        fetched = straight < wanted ? wanted - straight : fetched + straight == entries ? 0 : fetched + straight;
        return true;
    }

    /** First quad word of a descriptor that was fetched. */
    long low(int index) {
        return UnsafeApi.getLong(copyAddress + offset(index));
    }

    /** Second quad word of a descriptor that was fetched. */
    long high(int index) {
        return UnsafeApi.getLong(copyAddress + offset(index) + Long.BYTES);
    }

    /** First quad word of any descriptor, as the guest has it if that can be had at once. */
    long lowNow(int index) {
        return UnsafeApi.getLong((direct ? guestAddress : copyAddress) + offset(index));
    }

    /** Second quad word of any descriptor, as the guest has it if that can be had at once. */
    long highNow(int index) {
        return UnsafeApi.getLong((direct ? guestAddress : copyAddress) + offset(index) + Long.BYTES);
    }

    /** Writes a descriptor back, with the next {@link #flush}. */
    void writeBack(int index, long low, long high) {
        final long at = copyAddress + offset(index);
        UnsafeApi.putLong(at, low);
        UnsafeApi.putLong(at + Long.BYTES, high);
        if (unwritten == NONE) {
            unwritten = index;
        }
    }

    /** Writes the last dword of a transmit descriptor back at once: its status. */
    void writeBackStatus(int index, int status) {
        final int offset = index * DESCRIPTOR_LENGTH + STATUS_OFFSET;
        copy.putInt(offset, status);
        if (direct && unwritten == NONE) {
            UnsafeApi.putIntRelease(null, guestAddress + offset(index) + STATUS_OFFSET, status);
        } else if (unwritten == NONE && !dma.write(iova + offset, copy, offset, Integer.BYTES)) {
            unwritten = index;
            behind = true;
        }
    }

    /**
     * Whether write-backs could not be brought to the guest: the messages that carry them were cancelled. The driver
     * waits for them and looks at nothing behind them, so nothing more may be done on the ring until {@link #flush}
     * succeeds.
     */
    boolean isBehind() {
        return behind;
    }

    /** How many descriptors wait to be written back. */
    int unwritten(int head) {
        return unwritten == NONE ? 0 : distance(unwritten, head);
    }

    /**
     * Brings to the guest what has been written back, each descriptor's second quad word, which has the DD bit, last.
     *
     * @param head behind the last descriptor that is done.
     * @return whether all of it has arrived.
     */
    boolean flush(int head) {
        if (direct) {
            for (int index = unwritten; index != NONE; index = unwritten) {
                UnsafeApi.putLong(guestAddress + offset(index), low(index));
                UnsafeApi.putLongRelease(null, guestAddress + offset(index) + Long.BYTES, high(index));
                written(1, head);
            }
            return true;
        }
        while (unwritten != NONE) {
            final int run = unwritten < head ? head - unwritten : entries - unwritten;
            final int done = writeThrough(unwritten, run);
            behind = done == 0;
            if (behind) {
                return false;
            }
            written(done, head);
        }
        return true;
    }

    private void written(int count, int head) {
        unwritten += count;
        if (unwritten == entries) {
            unwritten = 0;
        }
        if (unwritten == head) {
            unwritten = NONE;
            behind = false;
        }
    }

    /** Brings descriptors of the copy to the guest, as many as are reached in the same way; returns how many. */
    private int writeThrough(int index, int most) {
        final int offset = index * DESCRIPTOR_LENGTH;
        final long address = dma.address(iova + offset, DESCRIPTOR_LENGTH, DmaView.WRITE);
        if (address == 0) {
            // One of them may lie across two ranges.
            final int together =
                dma.contiguous(iova + offset, most * DESCRIPTOR_LENGTH, DmaView.WRITE) / DESCRIPTOR_LENGTH;
            final int count = Math.max(1, together);
            return dma.write(iova + offset, copy, offset, count * DESCRIPTOR_LENGTH) ? count : 0;
        }
        piece.wrap(address, DESCRIPTOR_LENGTH);
        piece.putLong(0, copy.getLong(offset));
        piece.putLongRelease(8, copy.getLong(offset + 8));
        return 1;
    }

    private boolean fetchRun(int from, int count) {
        final int offset = from * DESCRIPTOR_LENGTH;
        if (!direct) {
            return dma.read(iova + offset, copy, offset, count * DESCRIPTOR_LENGTH);
        }
        for (int index = from; index < from + count; index++) {
            final long at = offset(index);
            UnsafeApi.putLong(copyAddress + at, UnsafeApi.getLong(guestAddress + at));
            UnsafeApi.putLong(copyAddress + at + Long.BYTES, UnsafeApi.getLong(guestAddress + at + Long.BYTES));
        }
        return true;
    }

    /** Where a descriptor is in the ring and in its copy: one check of the index stands for all of its words. */
    private long offset(int index) {
        return (long)Objects.checkIndex(index, entries) * DESCRIPTOR_LENGTH;
    }
}
