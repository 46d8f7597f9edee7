package io.vfnic.load;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** Waits until one of several functions has raised its receive interrupt. Allocates nothing once it is made. */
final class InterruptWait implements AutoCloseable {
    private static final int POLLFD_LENGTH = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int RESULT_OFFSET = 6;
    private static final short POLLIN = 1;
    private static final int LONGEST_MILLIS = 100;
    private static final MethodHandle POLL =
        bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READ = bind("read",
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    private final Arena arena = Arena.ofConfined();
    private final LoadFunction[] functions;
    private final MemorySegment descriptors;
    private final MemorySegment counter = arena.allocate(JAVA_LONG);

    InterruptWait(List<LoadFunction> waitedFor) {
        functions = waitedFor.toArray(LoadFunction[]::new);
        descriptors = arena.allocate((long)POLLFD_LENGTH * functions.length, Integer.BYTES);
        for (int i = 0; i < functions.length; i++) {
            descriptors.set(JAVA_INT, (long)i * POLLFD_LENGTH, functions[i].received().fd().number());
            descriptors.set(JAVA_SHORT, (long)i * POLLFD_LENGTH + EVENTS_OFFSET, POLLIN);
        }
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /**
     * Waits, but not for ever, and unmasks the vectors that have fired: frames that came since then fire them again.
     *
     * @return how many had fired.
     */
    int await() {
        int fired = poll();
        for (int i = 0; fired > 0 && i < functions.length; i++) {
            if (descriptors.get(JAVA_SHORT, (long)i * POLLFD_LENGTH + RESULT_OFFSET) != 0) {
                drain(functions[i]);
                functions[i].unmask();
            }
        }
        return fired;
    }

    private int poll() {
        try {
            return (int)POLL.invokeExact(descriptors, (long)functions.length, LONGEST_MILLIS);
        } catch (Throwable t) {
            throw new IllegalStateException("poll", t);
        }
    }

    private void drain(LoadFunction function) {
        try {
            long ignored = (long)READ.invokeExact(function.received().fd().number(), counter, (long)Long.BYTES);
        } catch (Throwable t) {
            throw new IllegalStateException("read", t);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
