package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** The terminal that this process reads from and writes to, as Linux' termios has it. */
public final class Terminal implements AutoCloseable {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int TERMIOS_LENGTH = 60;
    private static final int LOCAL_FLAGS_OFFSET = 12;
    private static final int ICANON = 2;
    private static final int ECHO = 8;
    private static final int CONTROL_CHARACTERS_OFFSET = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;
    private static final int TCSANOW = 0;
    private static final long TIOCGWINSZ = 0x5413;
    private static final int WINSIZE_LENGTH = 8;
    private static final MethodHandle ISATTY =
        Libc.bindWithoutErrno("isatty", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle TCGETATTR =
        Libc.bindWithoutErrno("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle TCSETATTR =
        Libc.bindWithoutErrno("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle IOCTL =
        Libc.bindVariadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment before = arena.allocate(TERMIOS_LENGTH, Integer.BYTES);

    private Terminal() {
    }

    /**
     * The size of a terminal.
     *
     * @param rows    of characters; 0 where it does not tell.
     * @param columns of characters; 0 where it does not tell.
     */
    public record Size(int rows, int columns) {
    }

    /** Whether both standard input and standard output are a terminal. */
    public static boolean isThere() {
        try {
            return (int)ISATTY.invokeExact(STDIN) == 1 && (int)ISATTY.invokeExact(STDOUT) == 1;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Has the terminal hand over keys as they are pressed and not show them, until {@link #close()}. */
    public static Terminal byKey() {
        Terminal terminal = new Terminal();
        try (Arena scratch = Arena.ofConfined()) {
            int ignored = (int)TCGETATTR.invokeExact(STDIN, terminal.before);
            MemorySegment changed = scratch.allocate(TERMIOS_LENGTH, Integer.BYTES);
            changed.copyFrom(terminal.before);
            changed.set(JAVA_INT, LOCAL_FLAGS_OFFSET, changed.get(JAVA_INT, LOCAL_FLAGS_OFFSET) & ~(ICANON | ECHO));
            changed.set(JAVA_BYTE, CONTROL_CHARACTERS_OFFSET + VMIN, (byte)1);
            changed.set(JAVA_BYTE, CONTROL_CHARACTERS_OFFSET + VTIME, (byte)0);
            int alsoIgnored = (int)TCSETATTR.invokeExact(STDIN, TCSANOW, changed);
            return terminal;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Its size now. */
    public Size size() {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment size = scratch.allocate(WINSIZE_LENGTH, Short.BYTES);
            int result = (int)IOCTL.invokeExact(Libc.newErrnoState(scratch), STDOUT, TIOCGWINSZ, size);
            return result != 0 ? new Size(0, 0)
                : new Size(Short.toUnsignedInt(size.get(JAVA_SHORT, 0)),
                    Short.toUnsignedInt(size.get(JAVA_SHORT, Short.BYTES)));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Gives the terminal its settings back. */
    @Override
    public void close() {
        try {
            int ignored = (int)TCSETATTR.invokeExact(STDIN, TCSANOW, before);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
