package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** Unix sockets of streams and of datagrams, all closed on exec. */
public final class UnixSockets {
    /** Longest path of a socket in bytes: sockaddr_un holds 108 with the final NUL. */
    public static final int MAX_PATH_LENGTH = 107;

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SHUT_RDWR = 2;
    private static final int ADDRESS_LENGTH = 110;
    private static final int ADDRESS_PATH_OFFSET = 2;
    private static final int CREDENTIALS_LENGTH = 12;
    private static final MethodHandle SOCKET =
        Libc.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKETPAIR =
        Libc.bind("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle BIND =
        Libc.bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
        Libc.bind("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle LISTEN =
        Libc.bind("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT4 =
        Libc.bind("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
        Libc.bind("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SHUTDOWN =
        Libc.bind("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private UnixSockets() {
    }

    /**
     * Who is at the other end.
     *
     * @param pid its process, as it was when it connected.
     * @param uid its user.
     * @param gid its group.
     */
    public record Peer(int pid, int uid, int gid) {
    }

    /** A system call with an errno state and an arena to build its arguments in. */
    @FunctionalInterface
    private interface Call {
        int invoke(Arena arena, MemorySegment state) throws Throwable;
    }

    private static int call(String operation, Call call) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = call.invoke(arena, state);
            if (result < 0) {
                throw new PosixException(operation, Libc.errno(state));
            }
            return result;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** A new, unconnected socket of a stream. */
    public static Fd open(boolean nonBlocking) throws PosixException {
        return open(SOCK_STREAM, nonBlocking);
    }

    /** A new, unconnected socket of datagrams. */
    public static Fd openDatagram(boolean nonBlocking) throws PosixException {
        return open(SOCK_DGRAM, nonBlocking);
    }

    /**
     * Whether somebody has a socket open that is bound to a path; nobody notices the question, unless the socket is of
     * sequenced packets. Linux compares the types of two sockets before it connects them (unix(7): EPROTOTYPE), and
     * before that looks whether there is a second one.
     *
     * @throws PosixException where there is no telling.
     */
    public static boolean isBound(Path path) throws PosixException {
        try (Fd probe = open(SOCK_SEQPACKET, true)) {
            connect(probe, path);
            return true;
        } catch (PosixException e) {
            return switch (e.errno()) {
                case PosixErrno.EPROTOTYPE -> true;
                case PosixErrno.ECONNREFUSED -> false;
                default -> throw e;
            };
        }
    }

    private static Fd open(int kind, boolean nonBlocking) throws PosixException {
        int type = kind | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
        return Fd.owning(call("socket", (arena, state) -> (int)SOCKET.invokeExact(state, AF_UNIX, type, 0)));
    }

    /** Two sockets connected to each other. */
    public static Fd[] pair(boolean nonBlocking) throws PosixException {
        int type = SOCK_STREAM | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
        Fd[] pair = new Fd[2];
        call("socketpair", (arena, state) -> {
            MemorySegment numbers = arena.allocate(JAVA_INT, 2);
            int result = (int)SOCKETPAIR.invokeExact(state, AF_UNIX, type, 0, numbers);
            if (result == 0) {
                pair[0] = Fd.owning(numbers.getAtIndex(JAVA_INT, 0));
                pair[1] = Fd.owning(numbers.getAtIndex(JAVA_INT, 1));
            }
            return result;
        });
        return pair;
    }

    /** Binds to a path, which must not exist yet. */
    public static void bind(Fd socket, Path path) throws PosixException {
        byte[] bytes = pathBytes(path);
        call("bind to " + path, (arena, state) ->
            (int)BIND.invokeExact(state, socket.number(), socketAddress(arena, bytes), ADDRESS_LENGTH));
    }

    public static void listen(Fd socket, int backlog) throws PosixException {
        call("listen", (arena, state) -> (int)LISTEN.invokeExact(state, socket.number(), backlog));
    }

    /**
     * Connects to a listening socket. A socket of datagrams is connected to the one that is bound to the path, and can
     * be so again and again; with the same one nothing changes.
     */
    public static void connect(Fd socket, Path path) throws PosixException {
        byte[] bytes = pathBytes(path);
        call("connect to " + path, (arena, state) ->
            (int)CONNECT.invokeExact(state, socket.number(), socketAddress(arena, bytes), ADDRESS_LENGTH));
    }

    /** The next client, as a non-blocking socket; null where none waits on a non-blocking socket. */
    public static Fd accept(Fd socket) throws PosixException {
        try {
            return Fd.owning(call("accept", (arena, state) -> (int)ACCEPT4.invokeExact(
                state, socket.number(), MemorySegment.NULL, MemorySegment.NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)));
        } catch (PosixException e) {
            // A client that hung up while it waited (ECONNABORTED) is no error of ours.
            if (e.errno() == PosixErrno.EAGAIN || e.errno() == PosixErrno.ECONNABORTED) {
                return null;
            }
            throw e;
        }
    }

    /** Ends both directions, so that the other side reads an end of file although the descriptor stays open. */
    public static void shutdown(Fd socket) throws PosixException {
        call("shutdown", (arena, state) -> (int)SHUTDOWN.invokeExact(state, socket.number(), SHUT_RDWR));
    }

    public static Peer peer(Fd socket) throws PosixException {
        Peer[] peer = new Peer[1];
        call("SO_PEERCRED", (arena, state) -> {
            MemorySegment credentials = arena.allocate(CREDENTIALS_LENGTH, Integer.BYTES);
            MemorySegment length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, CREDENTIALS_LENGTH);
            int result =
                (int)GETSOCKOPT.invokeExact(state, socket.number(), SOL_SOCKET, SO_PEERCRED, credentials, length);
            if (result == 0) {
                peer[0] = new Peer(credentials.getAtIndex(JAVA_INT, 0), credentials.getAtIndex(JAVA_INT, 1),
                    credentials.getAtIndex(JAVA_INT, 2));
            }
            return result;
        });
        return peer[0];
    }

    private static byte[] pathBytes(Path path) {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_PATH_LENGTH) {
            throw new IllegalArgumentException("the path of a Unix socket has at most " + MAX_PATH_LENGTH +
                " bytes, this one has " + bytes.length + ": " + path);
        }
        return bytes;
    }

    private static MemorySegment socketAddress(Arena arena, byte[] path) {
        MemorySegment address = arena.allocate(ADDRESS_LENGTH, Short.BYTES);
        address.set(JAVA_SHORT, 0, (short)AF_UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, ADDRESS_PATH_OFFSET, path.length);
        return address;
    }
}
