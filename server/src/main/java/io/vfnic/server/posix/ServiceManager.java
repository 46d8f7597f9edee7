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

/**
 * The service manager that started this process, if one did: it is told of the service's state as sd_notify(3)
 * describes, in one datagram to the Unix socket that the environment variable {@value #VARIABLE} names. For any thread.
 */
public final class ServiceManager {
    /** Names the socket; absent where nobody wants to be told. */
    public static final String VARIABLE = "NOTIFY_SOCKET";

    private static final int AF_UNIX = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int ADDRESS_PATH_OFFSET = 2;
    private static final char ABSTRACT = '@';
    private static final MethodHandle SENDTO = Libc.bind("sendto",
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private final String socket;

    private ServiceManager(String socket) {
        this.socket = socket;
    }

    /**
     * The one that listens at a socket.
     *
     * @param socket an absolute path, or {@code @} and a name in the abstract namespace (unix(7)); null or empty where
     *               there is none, which makes telling it anything do nothing.
     * @throws IllegalArgumentException where it is neither.
     */
    public static ServiceManager at(String socket) {
        if (socket == null || socket.isEmpty()) {
            return new ServiceManager(null);
        }
        if (socket.charAt(0) != '/' && socket.charAt(0) != ABSTRACT) {
            throw new IllegalArgumentException(VARIABLE + " names no Unix socket: " + socket);
        }
        if (socket.getBytes(StandardCharsets.UTF_8).length > UnixSockets.MAX_PATH_LENGTH) {
            throw new IllegalArgumentException(VARIABLE + " is longer than the path of a Unix socket: " + socket);
        }
        return new ServiceManager(socket);
    }

    /**
     * The service does its work from now on.
     *
     * @param status one line for people.
     */
    public void ready(String status) throws PosixException {
        tell("READY=1\nSTATUS=" + status);
    }

    /** The service is about to end. */
    public void stopping() throws PosixException {
        tell("STOPPING=1\nSTATUS=Stopping");
    }

    private void tell(String state) throws PosixException {
        if (socket == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined(); Fd datagrams = UnixSockets.openDatagram(false)) {
            byte[] text = state.getBytes(StandardCharsets.UTF_8);
            byte[] path = socket.getBytes(StandardCharsets.UTF_8);
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, text);
            // A path ends with a NUL; an abstract name begins with one and ends where the address ends.
            boolean isPath = path[0] != ABSTRACT;
            int length = ADDRESS_PATH_OFFSET + path.length + (isPath ? 1 : 0);
            MemorySegment address = arena.allocate(length, Short.BYTES);
            address.set(JAVA_SHORT, 0, (short)AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, ADDRESS_PATH_OFFSET, path.length);
            if (!isPath) {
                address.set(JAVA_BYTE, ADDRESS_PATH_OFFSET, (byte)0);
            }
            MemorySegment errno = Libc.newErrnoState(arena);
            long sent = (long)SENDTO.invokeExact(
                errno, datagrams.number(), data, (long)text.length, MSG_NOSIGNAL, address, length);
            if (sent < 0) {
                throw new PosixException("telling the service manager at " + socket, Libc.errno(errno));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
