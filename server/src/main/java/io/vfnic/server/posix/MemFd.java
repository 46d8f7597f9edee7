package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Anonymous files that live in memory and can be shared with another process. */
public final class MemFd {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int SEAL_SEAL = 1;
    private static final int SEAL_SHRINK = 2;
    private static final int SEAL_GROW = 4;
    private static final MethodHandle MEMFD_CREATE =
        Libc.bind("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FTRUNCATE =
        Libc.bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));

    private MemFd() {
    }

    /**
     * A new file of zeros.
     *
     * @param name what it is called under /proc, for people to read.
     * @param size in bytes.
     */
    public static Fd create(String name, long size) throws PosixException {
        return create(name, size, MFD_CLOEXEC);
    }

    /** As {@link #create}, but nobody who gets the file can ever change its size or forbid that it be written. */
    public static Fd createSealed(String name, long size) throws PosixException {
        Fd fd = create(name, size, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        try {
            fd.addSeals(SEAL_SHRINK | SEAL_GROW | SEAL_SEAL);
            return fd;
        } catch (PosixException e) {
            fd.close();
            throw e;
        }
    }

    private static Fd create(String name, long size, int flags) throws PosixException {
        Fd fd;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)MEMFD_CREATE.invokeExact(state, arena.allocateFrom(name), flags);
            if (result < 0) {
                throw new PosixException("memfd_create", Libc.errno(state));
            }
            fd = Fd.owning(result);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
        try {
            resize(fd, size);
            return fd;
        } catch (PosixException e) {
            fd.close();
            throw e;
        }
    }

    /** Sets the file's size in bytes; what lies beyond it is lost. */
    public static void resize(Fd fd, long size) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)FTRUNCATE.invokeExact(state, fd.number(), size);
            if (result < 0) {
                throw new PosixException("ftruncate to " + size + " bytes", Libc.errno(state));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
