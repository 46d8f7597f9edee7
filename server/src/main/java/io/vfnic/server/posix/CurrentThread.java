package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** How Linux schedules the thread that calls, which is a platform thread. */
public final class CurrentThread {
    /** CPUs that a mask has room for: the most that a Linux kernel can be built for. */
    private static final int MAX_CPUS = 8192;
    private static final int MASK_LENGTH = MAX_CPUS / Byte.SIZE;
    private static final int CALLING_THREAD = 0;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int PR_GET_TIMERSLACK = 30;
    private static final MethodHandle SCHED_GETAFFINITY =
        Libc.bind("sched_getaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle SCHED_SETAFFINITY =
        Libc.bind("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle PRCTL = Libc.bindVariadic(
        "prctl", 1, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private CurrentThread() {
    }

    /** The CPUs that it may run on: those that are there, and that neither taskset nor a cgroup keeps from it. */
    public static BitSet cpus() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_LENGTH, Long.BYTES);
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)SCHED_GETAFFINITY.invokeExact(state, CALLING_THREAD, (long)MASK_LENGTH, mask);
            if (result < 0) {
                throw new PosixException("sched_getaffinity", Libc.errno(state));
            }
            return BitSet.valueOf(mask.toArray(JAVA_BYTE));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Lets it run on one CPU only.
     *
     * @param cpu from 0.
     * @throws PosixException EINVAL where the CPU does not exist or is not allowed to this process.
     */
    public static void bindTo(int cpu) throws PosixException {
        if (cpu < 0 || cpu >= MAX_CPUS) {
            throw new PosixException("bind a thread to CPU " + cpu, PosixErrno.EINVAL);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_LENGTH, Long.BYTES);
            mask.set(JAVA_BYTE, cpu / Byte.SIZE, (byte)(1 << cpu % Byte.SIZE));
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)SCHED_SETAFFINITY.invokeExact(state, CALLING_THREAD, (long)MASK_LENGTH, mask);
            if (result < 0) {
                throw new PosixException("bind a thread to CPU " + cpu, Libc.errno(state));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** How much later than asked for Linux may end its timed sleeps, nanoseconds; 50,000 unless somebody changed it. */
    public static long timerSlack() throws PosixException {
        return prctl("PR_GET_TIMERSLACK", PR_GET_TIMERSLACK, 0);
    }

    /** Sets the {@link #timerSlack()}; 1 or more. */
    public static void timerSlack(long nanos) throws PosixException {
        if (nanos < 1) {
            throw new IllegalArgumentException("not a timer slack: " + nanos);
        }
        prctl("PR_SET_TIMERSLACK", PR_SET_TIMERSLACK, nanos);
    }

    private static int prctl(String name, int option, long argument) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)PRCTL.invokeExact(state, option, argument, 0L, 0L, 0L);
            if (result < 0) {
                throw new PosixException("prctl " + name, Libc.errno(state));
            }
            return result;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
