package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * Waits until something can be done with one of a few descriptors (ppoll). It borrows them: who closes one takes it out
 * first. Allocation-free after construction; for one thread at a time.
 */
public final class Poll implements AutoCloseable {
    /** There is something to read, or somebody to accept. */
    public static final int IN = 0x1;
    /** There is room to write. */
    public static final int OUT = 0x4;
    /** There is an error; not to be asked for. */
    public static final int ERROR = 0x8;

    private static final int NO_FD = -1;
    private static final int POLLFD_LENGTH = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int HAPPENED_OFFSET = 6;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final MethodHandle PPOLL = Libc.bindWithoutErrno("ppoll",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment fds;
    private final MemorySegment timeout = arena.allocate(2 * JAVA_LONG.byteSize(), Long.BYTES);
    private final int slots;

    /** @param slots how many descriptors at the most, known by the numbers from 0 on. */
    public Poll(int slots) {
        this.slots = slots;
        fds = arena.allocate((long)slots * POLLFD_LENGTH, Long.BYTES);
        for (int slot = 0; slot < slots; slot++) {
            ignore(slot);
        }
    }

    /**
     * Puts a descriptor into a slot. Its end and its errors are waited for whatever the events are.
     *
     * @param events {@link #IN}, {@link #OUT}, both or 0.
     */
    public void watch(int slot, Fd fd, int events) {
        set(slot, fd.number(), events);
    }

    /** Empties a slot. */
    public void ignore(int slot) {
        set(slot, NO_FD, 0);
    }

    private void set(int slot, int fd, int events) {
        final long at = (long)slot * POLLFD_LENGTH;
        fds.set(JAVA_INT, at, fd);
        fds.set(JAVA_SHORT, at + EVENTS_OFFSET, (short)events);
        fds.set(JAVA_SHORT, at + HAPPENED_OFFSET, (short)0);
    }

    /**
     * Waits until something has happened, or the time is over. May return early without a reason.
     *
     * @param nanos how long at the most; 0 only looks.
     */
    public void await(long nanos) {
        timeout.setAtIndex(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        timeout.setAtIndex(JAVA_LONG, 1, nanos % NANOS_PER_SECOND);
        try {
            final int ready = (int)PPOLL.invokeExact(fds, (long)slots, timeout, MemorySegment.NULL);
            if (ready < 0) {
                // Interrupted by a signal: what the fields say is what they said before.
                forget();
            }
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private void forget() {
        for (int slot = 0; slot < slots; slot++) {
            fds.set(JAVA_SHORT, (long)slot * POLLFD_LENGTH + HAPPENED_OFFSET, (short)0);
        }
    }

    /** Whether anything happened to a slot's descriptor by the end of the last wait, an error or its end included. */
    public boolean happened(int slot) {
        return fds.get(JAVA_SHORT, (long)slot * POLLFD_LENGTH + HAPPENED_OFFSET) != 0;
    }

    /** What of {@link #IN}, {@link #OUT} and {@link #ERROR} there was by the end of the last wait. */
    public int events(int slot) {
        return fds.get(JAVA_SHORT, (long)slot * POLLFD_LENGTH + HAPPENED_OFFSET);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
