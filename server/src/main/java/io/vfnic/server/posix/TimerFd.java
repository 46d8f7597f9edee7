package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The owner of a timerfd on the monotonic clock (timerfd_create(2)), readable once when a time has passed. Nobody needs
 * to read it: to arm it again clears it. Allocation-free after construction; for one thread at a time.
 */
public final class TimerFd implements AutoCloseable {
    private static final int CLOCK_MONOTONIC = 1;
    private static final int TFD_CLOEXEC = 0x80000;
    private static final int TFD_NONBLOCK = 0x800;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** In struct itimerspec, after the seconds and nanoseconds of an interval. */
    private static final int SECONDS_INDEX = 2;
    private static final int NANOS_INDEX = 3;
    private static final MethodHandle CREATE =
        Libc.bind("timerfd_create", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SET_TIME = Libc.bindWithoutErrno(
        "timerfd_settime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private final Fd fd;
    private final MemorySegment time = Arena.ofAuto().allocate(JAVA_LONG, NANOS_INDEX + 1);

    private TimerFd(Fd fd) {
        this.fd = fd;
    }

    /** A new, non-blocking one that is not armed. */
    public static TimerFd create() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)CREATE.invokeExact(state, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
            if (result < 0) {
                throw new PosixException("timerfd_create", Libc.errno(state));
            }
            return new TimerFd(Fd.owning(result));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Lets it become readable after a time, counted from now, instead of any that it was armed for before.
     *
     * @param nanos more than 0.
     */
    public void arm(long nanos) {
        if (nanos <= 0) {
            throw new IllegalArgumentException("not a time to wait for: " + nanos);
        }
        time.setAtIndex(JAVA_LONG, SECONDS_INDEX, nanos / NANOS_PER_SECOND);
        time.setAtIndex(JAVA_LONG, NANOS_INDEX, nanos % NANOS_PER_SECOND);
        try {
            // Fails for a descriptor or a time that cannot be, neither of which is possible here.
            int ignored = (int)SET_TIME.invokeExact(fd.number(), 0, time, MemorySegment.NULL);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** The descriptor, still owned by this object. */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }
}
