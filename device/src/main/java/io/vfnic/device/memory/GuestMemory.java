package io.vfnic.device.memory;

import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.MessageDma;

/**
 * The memory of the guest that has a function: what its session maps and unmaps, and what agents reach through a
 * {@link DmaView}.
 * <p>
 * Changed by the session's thread only. A change is seen by an agent when it next {@linkplain DmaView#refresh() looks};
 * that no agent uses a removed range any more is known when the function's owner has passed a quiesce point.
 */
public final class GuestMemory {
    /** How many ranges a guest may map: the limit that vfio-user announces by default. */
    public static final int MAX_RANGES = 65535;

    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ENOENT = 2;
    private static final int ENOSPC = 28;

    private final int maxRanges;
    private volatile IovaMap map = IovaMap.EMPTY;
    private volatile MessageDma messageDma;

    /** Memory without ranges. */
    public GuestMemory() {
        this(MAX_RANGES);
    }

    GuestMemory(int maxRanges) {
        this.maxRanges = maxRanges;
    }

    /** The way to ranges that are not mapped in this process; null where there is no client. */
    public void messageDma(MessageDma access) {
        messageDma = access;
    }

    /**
     * Adds a range.
     *
     * @return 0, EINVAL for an empty or wrapping range, EEXIST for an overlap, ENOSPC for too many.
     */
    public int map(MemoryRange range) {
        final IovaMap current = map;
        if (range.size() <= 0 || Long.compareUnsigned(range.iova() + (range.size() - 1), range.iova()) < 0) {
            return EINVAL;
        }
        if (current.overlaps(range.iova(), range.size())) {
            return EEXIST;
        }
        if (current.size() == maxRanges) {
            return ENOSPC;
        }
        map = current.with(range);
        return 0;
    }

    /**
     * Removes the range that was mapped with exactly these bounds.
     *
     * @return 0 or ENOENT.
     */
    public int unmap(long iova, long size) {
        final IovaMap current = map;
        final int index = current.indexOf(iova);
        if (index < 0 || current.range(index).iova() != iova || current.range(index).size() != size) {
            return ENOENT;
        }
        map = current.without(index);
        return 0;
    }

    /** Removes every range. */
    public void clear() {
        map = IovaMap.EMPTY;
    }

    IovaMap current() {
        return map;
    }

    MessageDma messageDma() {
        return messageDma;
    }
}
