package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static io.vfnic.server.posix.AncillaryLayout.IOVEC_BASE_OFFSET;
import static io.vfnic.server.posix.AncillaryLayout.IOVEC_LENGTH;
import static io.vfnic.server.posix.AncillaryLayout.IOVEC_LEN_OFFSET;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Writes bytes from several places at once (writev), and reads into one. Allocation-free after construction; for one
 * thread at a time. Memory that is not there any more is an error (EFAULT), not a crash: the kernel finds it out.
 */
public final class VectorWriter implements AutoCloseable {
    private static final FunctionDescriptor WRITEV_TYPE =
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle WRITEV = Libc.bindWithoutErrno("writev", WRITEV_TYPE);
    private static final MethodHandle WRITEV_WITH_ERRNO = Libc.bind("writev", WRITEV_TYPE);
    private static final FunctionDescriptor READ_TYPE =
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READ = Libc.bindWithoutErrno("read", READ_TYPE);
    private static final MethodHandle READ_WITH_ERRNO = Libc.bind("read", READ_TYPE);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errnoState = Libc.newErrnoState(arena);
    private final MemorySegment iovecs;
    private final int maxPieces;
    private int pieces;

    /** @param maxPieces at the most 1,024, which is Linux's limit. */
    public VectorWriter(int maxPieces) {
        this.maxPieces = maxPieces;
        iovecs = arena.allocate((long)maxPieces * IOVEC_LENGTH, Long.BYTES);
    }

    /**
     * Adds a piece of memory.
     *
     * @return false where there is no room for one more.
     */
    public boolean add(long address, int length) {
        if (pieces == maxPieces) {
            return false;
        }
        long at = (long)pieces++ * IOVEC_LENGTH;
        iovecs.set(JAVA_LONG, at + IOVEC_BASE_OFFSET, address);
        iovecs.set(JAVA_LONG, at + IOVEC_LEN_OFFSET, length);
        return true;
    }

    /** Forgets the pieces. */
    public void clear() {
        pieces = 0;
    }

    /**
     * Writes the pieces and forgets them.
     *
     * @return bytes written, or an errno, negated.
     */
    public int write(Fd fd) {
        int count = pieces;
        pieces = 0;
        try {
            long result = (long)WRITEV.invokeExact(fd.number(), iovecs, count);
            if (result < 0) {
                if (Libc.wouldBlock()) {
                    return -PosixErrno.EAGAIN;
                }
                result = (long)WRITEV_WITH_ERRNO.invokeExact(errnoState, fd.number(), iovecs, count);
            }
            return (int)(result >= 0 ? result : -Libc.errno(errnoState));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Reads what there is, up to a length.
     *
     * @return bytes read, or an errno, negated.
     */
    public int read(Fd fd, long address, int length) {
        try {
            long result = (long)READ.invokeExact(fd.number(), address, (long)length);
            if (result < 0) {
                if (Libc.wouldBlock()) {
                    return -PosixErrno.EAGAIN;
                }
                result = (long)READ_WITH_ERRNO.invokeExact(errnoState, fd.number(), address, (long)length);
            }
            return (int)(result >= 0 ? result : -Libc.errno(errnoState));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
