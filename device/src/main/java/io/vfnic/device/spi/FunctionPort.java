package io.vfnic.device.spi;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;

/**
 * One PCI function of the card as its client's session sees it.
 * <p>
 * Threading: every method is called by one thread at a time, the session's event loop; callbacks into the session
 * ({@link ClientLink}, {@link #whenQuiet(Runnable)}) come from engine agents and must only hand over to that loop.
 * <p>
 * Operations answer with an errno as Linux numbers it, 0 for success. Operations that stop DMA (unmap, reset, the
 * disabling of a queue, removal of an interrupt signal) start at once but are complete only when an engine agent has
 * let go of the old state: after each call the session asks {@link #isQuiet()} and, where it is not, handles nothing
 * more of that client until {@link #whenQuiet(Runnable)} has called back.
 */
public interface FunctionPort {
    /** Name of the function as users know it, {@code vf0} for example. */
    String name();

    /** The regions by VFIO's region index (0 to 5 BARs, 6 ROM, 7 configuration space, 8 VGA). */
    RegionInfo region(int index);

    /** How many regions there are: the indices 0 to this less one are valid. */
    int regionCount();

    /** How many vectors the VFIO interrupt index has (0 INTx, 1 MSI, 2 MSI-X, 3 ERR, 4 REQ); 0 where it has none. */
    int vectorCount(int irqIndex);

    /**
     * Keeps the mappable areas of a region in this memory from now on, which the session shows to clients. Called at
     * most once for a region that has any, before the card is started.
     * <p>
     * The memory stays where it is as long as the card lives. When a client has gone, the session puts fresh pages of
     * zeros in the old ones' place, so that the client that has them mapped still reaches nothing any more, and calls
     * {@link #detach()} after that.
     *
     * @param memory index n is offset n of the region; from 0 to the end of the last area.
     */
    default void share(int region, AtomicBuffer memory) {
        throw new IllegalArgumentException("region " + region + " of " + name() + " has no mappable area");
    }

    /** A client has taken the function. Its memory is empty and no interrupt signal is set. */
    void attach(ClientLink client);

    /**
     * The client is gone: the function is reset, all guest memory and all interrupt signals are dropped. The session
     * unmaps the memory and closes the descriptors when the port is quiet.
     */
    void detach();

    /**
     * Reads registers or configuration space.
     *
     * @param region index of the region.
     * @param offset in bytes within the region; the session has checked that offset + length lie inside it.
     * @param length in bytes: 1, 2, 4 or 8 for a BAR, any for configuration space.
     * @return 0 or an errno.
     */
    int read(int region, long offset, int length, MutableDirectBuffer destination, int index);

    /** Writes registers or configuration space; the arguments as in {@link #read}. */
    int write(int region, long offset, int length, DirectBuffer source, int index);

    /**
     * Adds a range of guest memory.
     *
     * @return 0; EEXIST where it overlaps another range, EINVAL where it is empty or wraps, ENOSPC for too many ranges.
     */
    int mapMemory(MemoryRange range);

    /**
     * Removes the range with exactly this address and size. The session may unmap it when the port is quiet.
     *
     * @return 0, or ENOENT where there is no such range.
     */
    int unmapMemory(long iova, long size);

    /** Removes every range. */
    void unmapAllMemory();

    /**
     * Sets, replaces or (with null) removes the signal of a vector. The old one may be closed when the port is quiet.
     */
    void interruptSignal(int irqIndex, int vector, InterruptSignal signal);

    /**
     * The client listens again to a vector that masks itself, as INTx does: the port raises its signal, perhaps within
     * this call, where the line is asserted still or again.
     */
    void interruptUnmasked(int irqIndex, int vector);

    /** VFIO's device reset: queues stopped, interrupts cleared, registers and configuration space at reset values. */
    void reset();

    /** Whether no operation started through this port is still being completed by an engine agent. */
    boolean isQuiet();

    /**
     * Calls back once, from an engine agent's thread (or at once from the caller's if the port is quiet already), when
     * every operation started before this call is complete.
     */
    void whenQuiet(Runnable callback);
}
