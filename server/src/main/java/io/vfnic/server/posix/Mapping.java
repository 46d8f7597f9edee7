package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Memory mapped into this process. Raw addresses are handed out, so the owner closes it only when nobody uses them any
 * more: an access after that hits whatever is mapped there next, or ends the process.
 */
public final class Mapping implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final long MAP_FAILED = -1;
    private static final int NO_FILE = -1;
    private static final MethodHandle MMAP = Libc.bind("mmap",
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
        Libc.bindWithoutErrno("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private final AtomicBoolean open = new AtomicBoolean(true);
    private final long address;
    private final long length;

    private Mapping(long address, long length) {
        this.address = address;
        this.length = length;
    }

    /**
     * Maps a part of a file, shared with everyone else who maps it. The descriptor may be closed afterwards.
     *
     * @param offset   in the file, a multiple of the page size.
     * @param length   in bytes, more than 0.
     * @param writable whether the memory may be written; it can always be read.
     * @throws PosixException EINVAL also where the file ends before the range does: Linux would map it, and end the
     *                        process (SIGBUS) at the first access.
     */
    public static Mapping ofFile(Fd fd, long offset, long length, boolean writable) throws PosixException {
        checkLength(fd, offset, length);
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        return new Mapping(map(0, length, protection, MAP_SHARED | MAP_NORESERVE, fd.number(), offset), length);
    }

    /** Maps memory of zeros that is nobody else's. */
    public static Mapping ofNothing(long length) throws PosixException {
        return new Mapping(
            map(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NO_FILE, 0), length);
    }

    /**
     * Puts the start of a file in the place of what is mapped here. Other threads may use the memory meanwhile: each
     * access reaches either the old or the new, for the kernel exchanges them in one step.
     */
    public void replaceByFile(Fd fd) throws PosixException {
        checkLength(fd, 0, length);
        map(address, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd.number(), 0);
    }

    /** As {@link #replaceByFile}, with what {@link #ofNothing} maps. */
    public void replaceByNothing() throws PosixException {
        map(address, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, NO_FILE, 0);
    }

    private static void checkLength(Fd fd, long offset, long length) throws PosixException {
        long fileSize = FileStatus.of(fd).size();
        if (offset < 0 || length <= 0 || offset > fileSize || length > fileSize - offset) {
            throw new PosixException("mmap of " + length + " bytes at " + offset + " of a file of " + fileSize,
                PosixErrno.EINVAL);
        }
    }

    private static long map(long hint, long length, int protection, int flags, int fd, long offset)
        throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            long address = (long)MMAP.invokeExact(state, hint, length, protection, flags, fd, offset);
            if (address == MAP_FAILED) {
                throw new PosixException("mmap of " + length + " bytes", Libc.errno(state));
            }
            return address;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** First address in this process. */
    public long address() {
        return address;
    }

    /** Length in bytes. */
    public long length() {
        return length;
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            try {
                int ignored = (int)MUNMAP.invokeExact(address, length);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
        }
    }
}
