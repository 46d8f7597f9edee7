package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static io.vfnic.server.posix.AncillaryLayout.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Sends bytes from several places, and descriptors, in one sendmsg. Fill it with {@link #addBytes} and
 * {@link #addFd}, then {@link #send}, which empties it again. Allocation-free after construction; for one thread at a
 * time. It borrows the descriptors: the receiver gets duplicates, the sender's stay open.
 */
public final class MessageSender implements AutoCloseable {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final FunctionDescriptor SENDMSG_TYPE =
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SENDMSG = Libc.bindWithoutErrno("sendmsg", SENDMSG_TYPE);
    private static final MethodHandle SENDMSG_WITH_ERRNO = Libc.bind("sendmsg", SENDMSG_TYPE);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errnoState = Libc.newErrnoState(arena);
    private final MemorySegment header = arena.allocate(MSGHDR_LENGTH, Long.BYTES);
    private final MemorySegment iovecs;
    private final MemorySegment control;
    private final int maxIovecs;
    private final int maxFds;
    private int iovecCount;
    private int fdCount;

    /**
     * @param maxIovecs pieces of memory one message is sent from.
     * @param maxFds    descriptors that one message carries, at most 253.
     */
    public MessageSender(int maxIovecs, int maxFds) {
        this.maxIovecs = maxIovecs;
        this.maxFds = maxFds;
        iovecs = arena.allocate((long)maxIovecs * IOVEC_LENGTH, Long.BYTES);
        control = arena.allocate(controlSpace(maxFds), Long.BYTES);
        control.set(JAVA_INT, CMSG_LEVEL_OFFSET, SOL_SOCKET);
        control.set(JAVA_INT, CMSG_TYPE_OFFSET, SCM_RIGHTS);
        header.set(ADDRESS, MSGHDR_IOV_OFFSET, iovecs);
    }

    /** Adds a piece of memory to the message. */
    public MessageSender addBytes(long address, int length) {
        if (iovecCount == maxIovecs) {
            throw new IllegalStateException("more than " + maxIovecs + " pieces of memory");
        }
        long at = (long)iovecCount++ * IOVEC_LENGTH;
        iovecs.set(JAVA_LONG, at + IOVEC_BASE_OFFSET, address);
        iovecs.set(JAVA_LONG, at + IOVEC_LEN_OFFSET, length);
        return this;
    }

    /** Adds a descriptor to the message. */
    public MessageSender addFd(Fd fd) {
        if (fdCount == maxFds) {
            throw new IllegalStateException("more than " + maxFds + " descriptors");
        }
        control.set(JAVA_INT, CMSG_DATA_OFFSET + (long)fdCount++ * Integer.BYTES, fd.number());
        return this;
    }

    /**
     * Sends as much as fits, without waiting. Descriptors go with the first byte.
     *
     * @return bytes sent, which may be fewer than were added; or an errno, negated ({@link PosixErrno#EAGAIN} where
     *         nothing fits, in which case the descriptors were not sent either).
     */
    public int send(Fd socket) {
        return send(socket, MSG_DONTWAIT);
    }

    /** As {@link #send}, but waits for room where the socket is a blocking one. */
    public int sendBlocking(Fd socket) {
        return send(socket, 0);
    }

    private int send(Fd socket, int flags) {
        header.set(JAVA_LONG, MSGHDR_IOVLEN_OFFSET, iovecCount);
        if (fdCount > 0) {
            header.set(ADDRESS, MSGHDR_CONTROL_OFFSET, control);
            header.set(JAVA_LONG, MSGHDR_CONTROLLEN_OFFSET, controlSpace(fdCount));
            control.set(JAVA_LONG, CMSG_LEN_OFFSET, CMSG_DATA_OFFSET + (long)fdCount * Integer.BYTES);
        } else {
            header.set(ADDRESS, MSGHDR_CONTROL_OFFSET, MemorySegment.NULL);
            header.set(JAVA_LONG, MSGHDR_CONTROLLEN_OFFSET, 0);
        }
        iovecCount = 0;
        fdCount = 0;
        long sent;
        do {
            sent = sendmsg(socket.number(), flags | MSG_NOSIGNAL);
        } while (sent == -PosixErrno.EINTR);
        return (int)sent;
    }

    private long sendmsg(int socket, int flags) {
        try {
            long result = (long)SENDMSG.invokeExact(socket, header, flags);
            if (result < 0) {
                if (Libc.wouldBlock()) {
                    return -PosixErrno.EAGAIN;
                }
                result = (long)SENDMSG_WITH_ERRNO.invokeExact(errnoState, socket, header, flags);
            }
            return result >= 0 ? result : -Libc.errno(errnoState);
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
