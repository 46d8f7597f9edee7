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
 * Receives bytes and the descriptors that came with them in one recvmsg. Reusable and, without descriptors,
 * allocation-free after construction; for one thread at a time.
 * <p>
 * Received descriptors belong to this object until {@link #takeFd(int)}; the next {@link #receive} and
 * {@link #close()} close those nobody took.
 */
public final class MessageReceiver implements AutoCloseable {
    /** The most descriptors that one receive brings: Linux sends no more with a message. */
    public static final int MAX_FDS = AncillaryLayout.MAX_FDS;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_CTRUNC = 0x8;
    private static final int NO_FD = -1;
    private static final FunctionDescriptor RECVMSG_TYPE =
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVMSG = Libc.bindWithoutErrno("recvmsg", RECVMSG_TYPE);
    private static final MethodHandle RECVMSG_WITH_ERRNO = Libc.bind("recvmsg", RECVMSG_TYPE);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errnoState = Libc.newErrnoState(arena);
    private final MemorySegment header = arena.allocate(MSGHDR_LENGTH, Long.BYTES);
    private final MemorySegment iovec = arena.allocate(IOVEC_LENGTH, Long.BYTES);
    private final MemorySegment control;
    private final int[] fds;
    private int fdCount;
    private boolean truncated;

    /** A receiver that sees every descriptor a message can carry. */
    public MessageReceiver() {
        this(MAX_FDS);
    }

    /** @param maxFds descriptors of one message that fit; with more of them {@link #fdsTruncated()} says so. */
    public MessageReceiver(int maxFds) {
        fds = new int[maxFds];
        control = arena.allocate(controlSpace(maxFds), Long.BYTES);
        header.set(ADDRESS, MSGHDR_IOV_OFFSET, iovec);
        header.set(JAVA_LONG, MSGHDR_IOVLEN_OFFSET, 1);
        header.set(ADDRESS, MSGHDR_CONTROL_OFFSET, control);
    }

    /**
     * Receives what there is, without waiting.
     *
     * @param socket  a connected socket.
     * @param address where the bytes go.
     * @param length  how many may go there, more than 0.
     * @return bytes received; 0 at the end of the stream; or an errno, negated ({@link PosixErrno#EAGAIN} where nothing
     *         is there).
     */
    public int receive(Fd socket, long address, int length) {
        return receive(socket, address, length, MSG_DONTWAIT);
    }

    /** As {@link #receive}, but waits for at least one byte where the socket is a blocking one. */
    public int receiveBlocking(Fd socket, long address, int length) {
        return receive(socket, address, length, 0);
    }

    private int receive(Fd socket, long address, int length, int flags) {
        closeFds();
        truncated = false;
        iovec.set(JAVA_LONG, IOVEC_BASE_OFFSET, address);
        iovec.set(JAVA_LONG, IOVEC_LEN_OFFSET, length);
        header.set(JAVA_LONG, MSGHDR_CONTROLLEN_OFFSET, control.byteSize());
        long received;
        do {
            received = recvmsg(socket.number(), flags | MSG_CMSG_CLOEXEC);
        } while (received == -PosixErrno.EINTR);
        if (received >= 0) {
            collectFds();
            truncated = (header.get(JAVA_INT, MSGHDR_FLAGS_OFFSET) & MSG_CTRUNC) != 0;
        }
        return (int)received;
    }

    private long recvmsg(int socket, int flags) {
        try {
            long result = (long)RECVMSG.invokeExact(socket, header, flags);
            if (result < 0) {
                if (Libc.wouldBlock()) {
                    return -PosixErrno.EAGAIN;
                }
                // An error that a socket tells once has been told: then this finds the end of the stream behind it.
                result = (long)RECVMSG_WITH_ERRNO.invokeExact(errnoState, socket, header, flags);
            }
            return result >= 0 ? result : -Libc.errno(errnoState);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private void collectFds() {
        long end = header.get(JAVA_LONG, MSGHDR_CONTROLLEN_OFFSET);
        long at = 0;
        while (at + CMSG_DATA_OFFSET <= end) {
            int length = (int)control.get(JAVA_LONG, at + CMSG_LEN_OFFSET);
            if (control.get(JAVA_INT, at + CMSG_LEVEL_OFFSET) == SOL_SOCKET &&
                control.get(JAVA_INT, at + CMSG_TYPE_OFFSET) == SCM_RIGHTS) {
                for (int data = CMSG_DATA_OFFSET; data + Integer.BYTES <= length; data += Integer.BYTES) {
                    fds[fdCount++] = control.get(JAVA_INT, at + data);
                }
            }
            at += alignToLong(Math.max(length, CMSG_DATA_OFFSET));
        }
    }

    /** How many descriptors came with the last receive. */
    public int fdCount() {
        return fdCount;
    }

    /** Whether descriptors were lost: more than fit, or this process may open no more. Those that came still count. */
    public boolean fdsTruncated() {
        return truncated;
    }

    /** Hands a received descriptor over to the caller; once for each. */
    public Fd takeFd(int index) {
        if (index >= fdCount || fds[index] == NO_FD) {
            throw new IllegalStateException("no descriptor " + index + " to take");
        }
        Fd taken = Fd.owning(fds[index]);
        fds[index] = NO_FD;
        return taken;
    }

    private void closeFds() {
        for (int i = 0; i < fdCount; i++) {
            if (fds[i] != NO_FD) {
                Fd.closeNumber(fds[i]);
            }
        }
        fdCount = 0;
    }

    @Override
    public void close() {
        closeFds();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
