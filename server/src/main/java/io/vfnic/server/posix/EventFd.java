package io.vfnic.server.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The owner of an eventfd, a 64-bit counter that wakes its reader. {@link #signal()} does not allocate, lock or block,
 * and may race with {@link #close()}: the descriptor is closed when the last signal under way is done, so that a
 * signal never reaches another file that got the same number.
 */
public final class EventFd implements AutoCloseable {
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final String LINK_TARGET = "anon_inode:[eventfd]";
    private static final int CLOSING = 1 << 30;
    private static final MemorySegment ONE = one();
    private static final MethodHandle EVENTFD =
        Libc.bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
        Libc.bindWithoutErrno("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    /** In /proc/[pid]/fdinfo, the counter's line. */
    private static final String COUNT = "eventfd-count:";
    private static final int HEXADECIMAL = 16;
    /** The highest value that the counter can have. */
    private static final long FULL = 0xFFFF_FFFF_FFFF_FFFEL;
    private static final int RESCUE_ATTEMPTS = 10_000;
    private static final int RWF_NOWAIT = 8;
    private static final long NO_OFFSET = -1;
    private static final MethodHandle READ = Libc.bindWithoutErrno(
        "preadv2", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));
    /** Before Linux 5.8 only the flag of the open file keeps a read from waiting. */
    private static final int READ_FLAGS = knowsNoWait() ? RWF_NOWAIT : 0;

    private final Fd fd;
    private final int number;
    /** Signals under way, plus {@link #CLOSING} once closed. */
    private final AtomicInteger users = new AtomicInteger();
    /** Where the reader, if there is one here, gets the counter. */
    private MemorySegment vector;

    private EventFd(Fd fd) {
        this.fd = fd;
        this.number = fd.number();
    }

    private static MemorySegment one() {
        MemorySegment segment = Arena.global().allocate(JAVA_LONG);
        segment.set(JAVA_LONG, 0, 1L);
        return segment.asReadOnly();
    }

    /** A new, non-blocking eventfd whose counter is 0. */
    public static EventFd create() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)EVENTFD.invokeExact(state, 0, EFD_CLOEXEC | EFD_NONBLOCK);
            if (result < 0) {
                throw new PosixException("eventfd", Libc.errno(state));
            }
            return new EventFd(Fd.owning(result));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Takes over a descriptor that came from a stranger: refuses what is not an eventfd, and makes it non-blocking,
     * because a full counter would otherwise block the thread that signals. The flag belongs to the open file, so a
     * stranger that is out to harm can clear it again: Linux has no write to an eventfd that never blocks. Whoever is
     * caught then is freed by {@link #rescue()}.
     *
     * @param fd owned by the result on success and by the caller still on failure.
     * @throws PosixException EINVAL where it is not an eventfd.
     */
    public static EventFd adopt(Fd fd) throws PosixException {
        if (!isEventFd(fd)) {
            throw new PosixException("descriptor is not an eventfd", PosixErrno.EINVAL);
        }
        fd.setNonBlocking();
        return new EventFd(fd);
    }

    private static boolean isEventFd(Fd fd) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number()));
            return target.toString().equals(LINK_TARGET);
        } catch (IOException e) {
            return false;
        }
    }

    /** Adds one to the counter. A full counter or a closed eventfd is no error: the reader has been told already. */
    public void signal() {
        if ((users.getAndIncrement() & CLOSING) == 0) {
            try {
                long ignored = (long)WRITE.invokeExact(number, ONE, (long)Long.BYTES);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
        }
        if (users.decrementAndGet() == CLOSING) {
            fd.close();
        }
    }

    /**
     * Reads and clears the counter; 0 where nothing was signalled. For one thread at a time; allocates once at most.
     * Never waits, even where a stranger who has the eventfd too has cleared its flag and read it first (since Linux
     * 5.8).
     */
    public long drain() {
        return drain(READ_FLAGS);
    }

    private long drain(int flags) {
        if (vector == null) {
            vector = newVector();
        }
        try {
            long read = (long)READ.invokeExact(fd.number(), vector, 1, NO_OFFSET, flags);
            return read == Long.BYTES ? vector.getAtIndex(JAVA_LONG, 2) : 0;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Frees those who wait in {@link #signal()} for a full counter to become less, and closes the eventfd, so that
     * nobody waits there again. Of an eventfd that nobody signals, or whose counter is not full, nothing is touched.
     * From another thread than those; may allocate.
     *
     * @return whether somebody was caught. If so, call it again until it {@linkplain #isClosed() is closed}: whoever
     *         keeps the counter full may have been faster than those who wait.
     */
    public boolean rescue() {
        if (!isSignalled()) {
            return false;
        }
        int before = users.getAndIncrement();
        try {
            // Whoever was there before keeps the descriptor open until it has left, and from now on this does, too.
            if ((before & ~CLOSING) == 0 || !fd.isOpen() || !isFull()) {
                return false;
            }
            users.getAndUpdate(value -> value | CLOSING);
            for (int i = 0; i < RESCUE_ATTEMPTS && (users.get() & ~CLOSING) > 1; i++) {
                drain();
                Thread.yield();
            }
            return true;
        } finally {
            if (users.decrementAndGet() == CLOSING) {
                fd.close();
            }
        }
    }

    /** Whether a signal is under way. */
    private boolean isSignalled() {
        return (users.get() & ~CLOSING) != 0;
    }

    /** Whether it is closed, and nobody is in {@link #signal()} any more. */
    public boolean isClosed() {
        return users.get() == CLOSING;
    }

    /** Whether there is no room for one more (eventfd(2)). Nobody gets there by signals. */
    private boolean isFull() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo/" + fd.number()))) {
            return lines.filter(line -> line.startsWith(COUNT))
                .anyMatch(line -> Long.compareUnsigned(
                    Long.parseUnsignedLong(line.substring(COUNT.length()).strip(), HEXADECIMAL), FULL) >= 0);
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static boolean knowsNoWait() {
        try (EventFd probe = create()) {
            probe.signal();
            return probe.drain(RWF_NOWAIT) == 1;
        } catch (PosixException e) {
            return false;
        }
    }

    /** A struct iovec, and the counter that it leads to. */
    private static MemorySegment newVector() {
        MemorySegment segment = Arena.ofAuto().allocate(JAVA_LONG, 3);
        segment.setAtIndex(JAVA_LONG, 0, segment.address() + 2 * JAVA_LONG.byteSize());
        segment.setAtIndex(JAVA_LONG, 1, JAVA_LONG.byteSize());
        return segment;
    }

    /** The descriptor, still owned by this object. */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        int before = users.getAndUpdate(value -> value | CLOSING);
        if (before == 0) {
            fd.close();
        }
    }
}
