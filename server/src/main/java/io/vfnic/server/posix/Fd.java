package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicInteger;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * The owner of one open file descriptor. Who holds an {@code Fd} closes it or hands it on; the descriptor is closed
 * at most once, whoever asks and however often. Safe for use by several threads, but the owner must know that no other
 * thread still uses the number when it closes it.
 */
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;
    private static final int F_SETFL = 4;
    private static final int F_GETFL = 3;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_ADD_SEALS = 1033;
    private static final int O_NONBLOCK = 0x800;
    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final int O_CLOEXEC = 0x80000;
    private static final MethodHandle DUP3 =
        Libc.bind("dup3", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
        Libc.bindWithoutErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FCHMOD =
        Libc.bind("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle FCNTL =
        Libc.bindVariadic("fcntl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    private final AtomicInteger number;

    private Fd(int number) {
        this.number = new AtomicInteger(number);
    }

    /** Takes over an open descriptor that nobody else will close. */
    public static Fd owning(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("not a file descriptor: " + number);
        }
        return new Fd(number);
    }

    /**
     * The descriptor's number, to pass to a system call while this owner is kept open.
     *
     * @throws IllegalStateException once closed: the number may belong to another file by then.
     */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("file descriptor is closed");
        }
        return current;
    }

    public boolean isOpen() {
        return number.get() != CLOSED;
    }

    /** Sets O_NONBLOCK on the open file, which is shared with whoever else has it open. */
    public void setNonBlocking() throws PosixException {
        int flags = fcntl(F_GETFL, 0);
        if ((flags & O_NONBLOCK) == 0) {
            fcntl(F_SETFL, flags | O_NONBLOCK);
        }
    }

    /**
     * Lets the file's owner alone read and write it. A socket that is bound later has a file like that from the start.
     */
    public void restrictToOwner() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)FCHMOD.invokeExact(state, number(), OWNER_READS_AND_WRITES);
            if (result < 0) {
                throw new PosixException("fchmod of descriptor " + number(), Libc.errno(state));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Another descriptor, closed on exec, for the same open file. */
    public Fd duplicate() throws PosixException {
        return owning(fcntl(F_DUPFD_CLOEXEC, 0));
    }

    /**
     * Puts another open file in the place of this one, under the same number: other threads may use it meanwhile, and
     * each call reaches either the old or the new one. The other descriptor stays open.
     */
    public void replaceBy(Fd other) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)DUP3.invokeExact(state, other.number(), number(), O_CLOEXEC);
            if (result < 0) {
                throw new PosixException("dup3 to descriptor " + number(), Libc.errno(state));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Forbids operations on a memory file for good, for all who have it. */
    void addSeals(int seals) throws PosixException {
        fcntl(F_ADD_SEALS, seals);
    }

    private int fcntl(int command, int argument) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)FCNTL.invokeExact(state, number(), command, argument);
            if (result < 0) {
                throw new PosixException("fcntl of descriptor " + number(), Libc.errno(state));
            }
            return result;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Gives the descriptor away: its number is the caller's to close, and this owner is as if closed.
     *
     * @throws IllegalStateException once closed.
     */
    public int release() {
        int current = number.getAndSet(CLOSED);
        if (current == CLOSED) {
            throw new IllegalStateException("file descriptor is closed");
        }
        return current;
    }

    /** Closes the descriptor; does nothing when it is closed already. */
    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            closeNumber(current);
        }
    }

    /** Linux frees the number whatever close() returns, so that there is nothing to handle. */
    static void closeNumber(int fd) {
        try {
            int ignored = (int)CLOSE.invokeExact(fd);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    @Override
    public String toString() {
        int current = number.get();
        return current == CLOSED ? "fd closed" : "fd " + current;
    }
}
