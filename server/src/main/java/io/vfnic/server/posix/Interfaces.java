package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** The network interfaces of the calling process' network namespace. */
public final class Interfaces {
    /** Bytes of a name at the most: IFNAMSIZ with its final NUL is 16. */
    public static final int MAX_NAME_LENGTH = 15;

    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_FLAGS_OFFSET = 16;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final int IFF_UP = 1;
    private static final int IFF_RUNNING = 1 << 6;
    private static final MethodHandle IF_NAMETOINDEX =
        Libc.bind("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle IOCTL =
        Libc.bindVariadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

    private Interfaces() {
    }

    /**
     * Checks whether Linux takes this for the name of an interface.
     *
     * @throws IllegalArgumentException with a message for users, where it does not.
     */
    public static void check(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0) {
            throw new IllegalArgumentException("the interface's name is missing");
        }
        if (length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                "the name of an interface has at most " + MAX_NAME_LENGTH + " bytes, this one has " + length);
        }
        if (name.equals(".") || name.equals("..") || name.chars().anyMatch(
            c -> c == '/' || c == ':' || c == '%' || Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw new IllegalArgumentException("no interface can have this name");
        }
    }

    /** The number of an interface, 0 where there is none of this name. */
    public static int index(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)IF_NAMETOINDEX.invokeExact(Libc.newErrnoState(arena), arena.allocateFrom(name));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Whether an interface is switched on.
     *
     * @param socket any socket of the namespace.
     * @return false also where there is no interface of this name.
     */
    public static boolean isUp(Fd socket, String name) {
        return (flags(socket, name) & IFF_UP) != 0;
    }

    /** Whether an interface is switched on and has a carrier; as {@link #isUp}. */
    public static boolean isRunning(Fd socket, String name) {
        int wanted = IFF_UP | IFF_RUNNING;
        return (flags(socket, name) & wanted) == wanted;
    }

    private static int flags(Fd socket, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_LENGTH, Long.BYTES);
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
            if ((int)IOCTL.invokeExact(Libc.newErrnoState(arena), socket.number(), SIOCGIFFLAGS, request) < 0) {
                return 0;
            }
            return request.get(JAVA_SHORT, IFREQ_FLAGS_OFFSET);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
