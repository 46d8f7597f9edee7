package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static io.vfnic.server.posix.AncillaryLayout.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * A packet socket (packet(7)) of one interface: reads whatever the interface receives, for whichever station it is, and
 * writes what it is to send. Each frame has a struct virtio_net_hdr in front of it. Allocation-free after construction;
 * for one thread at a time but for {@link #bind} and {@link #takeDrops}.
 */
public final class PacketSocket implements AutoCloseable {
    /** {@link #vlanControl()} of a frame from which no tag was taken. */
    public static final int UNTAGGED = -1;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final short ALL_PROTOCOLS = Short.reverseBytes((short)3);
    private static final int SOL_PACKET = 263;
    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_AUXDATA = 8;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int PACKET_MR_PROMISC = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_RCVBUF = 8;
    private static final int RECEIVE_BUFFER = 4 << 20;

    private static final int SOCKADDR_LL_LENGTH = 20;
    private static final int SLL_PROTOCOL_OFFSET = 2;
    private static final int SLL_INDEX_OFFSET = 4;
    private static final int PACKET_MREQ_LENGTH = 16;
    private static final int MREQ_TYPE_OFFSET = 4;

    /** struct tpacket_stats: two counters of 32 bits. */
    private static final int STATISTICS_LENGTH = 8;
    private static final int STATISTICS_DROPS_OFFSET = 4;

    private static final int AUXDATA_LENGTH = 20;
    private static final int AUX_TCI_OFFSET = 16;
    private static final int AUX_TPID_OFFSET = 18;
    private static final int VLAN_VALID = 1 << 4;
    private static final int VLAN_TPID_VALID = 1 << 6;
    private static final int DEFAULT_TPID = 0x8100;

    private static final MethodHandle SOCKET =
        Libc.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
        Libc.bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = Libc.bind("setsockopt",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = Libc.bind("getsockopt",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    /** With errno each time: a frame that fails is gone, and the next call would not tell of it. */
    private static final MethodHandle RECVMSG =
        Libc.bind("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private final Fd fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment errnoState = Libc.newErrnoState(arena);
    private final MemorySegment header = arena.allocate(MSGHDR_LENGTH, Long.BYTES);
    private final MemorySegment iovecs = arena.allocate(2 * IOVEC_LENGTH, Long.BYTES);
    private final MemorySegment control = arena.allocate(CMSG_DATA_OFFSET + alignToLong(AUXDATA_LENGTH), Long.BYTES);
    private int vlanControl;
    private int vlanEtherType;

    private PacketSocket(Fd fd) {
        this.fd = fd;
        header.set(ADDRESS, MSGHDR_IOV_OFFSET, iovecs);
        header.set(JAVA_LONG, MSGHDR_IOVLEN_OFFSET, 2);
        header.set(ADDRESS, MSGHDR_CONTROL_OFFSET, control);
    }

    /**
     * A non-blocking socket that hears nothing yet.
     *
     * @throws PosixException EPERM where this process has no CAP_NET_RAW.
     */
    public static PacketSocket open() throws PosixException {
        Fd fd;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)SOCKET.invokeExact(state, AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            if (result < 0) {
                throw new PosixException("packet socket", Libc.errno(state));
            }
            fd = Fd.owning(result);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
        try {
            set(fd, "PACKET_IGNORE_OUTGOING", SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
            set(fd, "PACKET_AUXDATA", SOL_PACKET, PACKET_AUXDATA, 1);
            set(fd, "PACKET_VNET_HDR", SOL_PACKET, PACKET_VNET_HDR, 1);
            enlargeBuffer(fd);
            return new PacketSocket(fd);
        } catch (PosixException e) {
            fd.close();
            throw e;
        }
    }

    private static void enlargeBuffer(Fd fd) throws PosixException {
        try {
            set(fd, "SO_RCVBUFFORCE", SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
        } catch (PosixException unprivileged) {
            // Without CAP_NET_ADMIN it is as large as the host's limit lets it be.
            set(fd, "SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
        }
    }

    private static void set(Fd fd, String name, int level, int option, int value) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(JAVA_INT);
            segment.set(JAVA_INT, 0, value);
            set(arena, fd, name, level, option, segment);
        }
    }

    private static void set(Arena arena, Fd fd, String name, int level, int option, MemorySegment value)
        throws PosixException {
        MemorySegment state = Libc.newErrnoState(arena);
        try {
            if ((int)SETSOCKOPT.invokeExact(state, fd.number(), level, option, value, (int)value.byteSize()) < 0) {
                throw new PosixException(name, Libc.errno(state));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Makes the socket an interface's, which it need not be the first: one that was deleted comes back with another
     * index.
     *
     * @throws PosixException ENODEV where there is no such interface.
     */
    public void bind(int index) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SOCKADDR_LL_LENGTH, Integer.BYTES);
            address.set(JAVA_SHORT, 0, (short)AF_PACKET);
            address.set(JAVA_SHORT, SLL_PROTOCOL_OFFSET, ALL_PROTOCOLS);
            address.set(JAVA_INT, SLL_INDEX_OFFSET, index);
            MemorySegment state = Libc.newErrnoState(arena);
            if ((int)BIND.invokeExact(state, fd.number(), address, SOCKADDR_LL_LENGTH) < 0) {
                throw new PosixException("bind to interface " + index, Libc.errno(state));
            }
            MemorySegment membership = arena.allocate(PACKET_MREQ_LENGTH, Integer.BYTES);
            membership.set(JAVA_INT, 0, index);
            membership.set(JAVA_SHORT, MREQ_TYPE_OFFSET, (short)PACKET_MR_PROMISC);
            set(arena, fd, "PACKET_ADD_MEMBERSHIP", SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Frames for which there was no room since this was asked last: Linux counts them anew from here (packet(7)). */
    public long takeDrops() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = arena.allocate(STATISTICS_LENGTH, Integer.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, STATISTICS_LENGTH);
            MemorySegment state = Libc.newErrnoState(arena);
            if ((int)GETSOCKOPT.invokeExact(
                state, fd.number(), SOL_PACKET, PACKET_STATISTICS, statistics, length) < 0) {
                throw new PosixException("PACKET_STATISTICS", Libc.errno(state));
            }
            return Integer.toUnsignedLong(statistics.get(JAVA_INT, STATISTICS_DROPS_OFFSET));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** The descriptor, still owned by this object. */
    public Fd fd() {
        return fd;
    }

    /**
     * Receives a frame.
     *
     * @param headerAddress where its struct virtio_net_hdr goes.
     * @param headerLength  bytes of that.
     * @return bytes received, those of the header included; or an errno, negated.
     */
    public int receive(long headerAddress, int headerLength, long address, int length) {
        iovecs.set(JAVA_LONG, IOVEC_BASE_OFFSET, headerAddress);
        iovecs.set(JAVA_LONG, IOVEC_LEN_OFFSET, headerLength);
        iovecs.set(JAVA_LONG, IOVEC_LENGTH + IOVEC_BASE_OFFSET, address);
        iovecs.set(JAVA_LONG, IOVEC_LENGTH + IOVEC_LEN_OFFSET, length);
        header.set(JAVA_LONG, MSGHDR_CONTROLLEN_OFFSET, control.byteSize());
        try {
            long result = (long)RECVMSG.invokeExact(errnoState, fd.number(), header, 0);
            if (result < 0) {
                return -Libc.errno(errnoState);
            }
            readTag();
            return (int)result;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Linux takes a frame's outermost tag out and tells of it beside the frame (struct tpacket_auxdata). */
    private void readTag() {
        vlanControl = UNTAGGED;
        if (header.get(JAVA_LONG, MSGHDR_CONTROLLEN_OFFSET) < CMSG_DATA_OFFSET + AUXDATA_LENGTH
            || control.get(JAVA_INT, CMSG_LEVEL_OFFSET) != SOL_PACKET
            || control.get(JAVA_INT, CMSG_TYPE_OFFSET) != PACKET_AUXDATA) {
            return;
        }
        int status = control.get(JAVA_INT, CMSG_DATA_OFFSET);
        if ((status & VLAN_VALID) != 0) {
            vlanControl = control.get(JAVA_SHORT, CMSG_DATA_OFFSET + AUX_TCI_OFFSET) & 0xFFFF;
            vlanEtherType = (status & VLAN_TPID_VALID) == 0 ? DEFAULT_TPID
                : control.get(JAVA_SHORT, CMSG_DATA_OFFSET + AUX_TPID_OFFSET) & 0xFFFF;
        }
    }

    /** Control information of the tag that was taken from the frame received last, or {@link #UNTAGGED}. */
    public int vlanControl() {
        return vlanControl;
    }

    /** EtherType of that tag. */
    public int vlanEtherType() {
        return vlanEtherType;
    }

    @Override
    public void close() {
        fd.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
