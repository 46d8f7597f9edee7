package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Binds functions of the C library and reads the errno they leave. */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle ERRNO_LOCATION =
        bindWithoutErrno("__errno_location", FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Libc() {
    }

    /**
     * A function whose first Java argument is the segment that receives errno ({@link #newErrnoState(Arena)}). Each
     * call slices that segment, an object of 40 bytes wherever the JIT has not inlined all of it.
     */
    static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    /** As {@link #bind} for a variadic function, which needs another calling convention from that argument on. */
    static MethodHandle bindVariadic(String name, int firstVariadicArgument, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor,
            Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(firstVariadicArgument));
    }

    /** A function whose errno nobody asks for: nothing to allocate for the call. */
    static MethodHandle bindWithoutErrno(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    /**
     * Whether a call {@linkplain #bindWithoutErrno without errno} that has just failed would have had to wait, as far
     * as anybody knows: before Java reads errno the JVM may have written it. So this is for calls whose repetition
     * does no harm: where it returns false, the call is made again {@linkplain #bind with errno}; where it returns true
     * by mistake, whoever then waits for the descriptor is told at once that there is no need to. Allocates nothing.
     */
    static boolean wouldBlock() {
        try {
            return EVERYTHING.get(ValueLayout.JAVA_INT, (long)ERRNO_LOCATION.invokeExact()) == PosixErrno.EAGAIN;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static MemorySegment newErrnoState(Arena arena) {
        return arena.allocate(CAPTURE);
    }

    static int errno(MemorySegment state) {
        return (int)ERRNO.get(state, 0L);
    }

    /** What a method handle throws beyond unchecked exceptions cannot happen for a C function. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException runtime) {
            throw runtime;
        }
        throw new IllegalStateException(thrown);
    }
}
