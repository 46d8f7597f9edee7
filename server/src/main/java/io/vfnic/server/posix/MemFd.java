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
        Fd fd;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)MEMFD_CREATE.invokeExact(state, arena.allocateFrom(name), MFD_CLOEXEC);
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
