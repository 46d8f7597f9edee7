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
 * Tap interfaces (linux/if_tun.h): what Linux sends through one is read from the descriptor, and what is written there
 * comes in from it. Each frame has a header of {@link #HEADER_LENGTH} bytes in front of it, struct virtio_net_hdr in
 * little-endian order.
 */
public final class Tap {
    /** Bytes in front of each frame. */
    public static final int HEADER_LENGTH = 10;

    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_FLAGS_OFFSET = 16;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final long TUNSETIFF = 0x4004_54CAL;
    private static final long TUNSETOFFLOAD = 0x4004_54D0L;
    private static final long TUNSETVNETHDRSZ = 0x4004_54D8L;
    private static final long TUNSETVNETLE = 0x4004_54DCL;
    /** TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN: what is left to who reads. */
    private static final long OFFLOADS = 1 | 2 | 4 | 8;
    private static final MethodHandle OPEN =
        Libc.bindVariadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL =
        Libc.bindVariadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

    private Tap() {
    }

    /**
     * Opens the device that all taps are made from.
     *
     * @return a non-blocking descriptor, for {@link #attach}.
     * @throws PosixException ENOENT, ENODEV or ENXIO where there is none, EACCES or EPERM where it is kept from us.
     */
    public static Fd open() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            int result = (int)OPEN.invokeExact(
                state, arena.allocateFrom("/dev/net/tun"), O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
            if (result < 0) {
                throw new PosixException("open /dev/net/tun", Libc.errno(state));
            }
            return Fd.owning(result);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Takes an existing tap interface of the calling process' network namespace, or makes one that lasts as long as the
     * descriptor does.
     *
     * @param name of the interface, as {@link Interfaces#check} lets it pass.
     * @throws PosixException EPERM where the interface is another user's, or would have to be made and this process may
     *                        not; EBUSY where somebody else has it; EINVAL where it is none of this kind.
     */
    public static void attach(Fd fd, String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_LENGTH, Long.BYTES);
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
            request.set(JAVA_SHORT, IFREQ_FLAGS_OFFSET, (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
            ioctl(arena, fd, "TUNSETIFF of " + name, TUNSETIFF, request);
        }
    }

    /**
     * Sets the form of an attached interface's frames, which keeps what its last user set: the header in front of them,
     * and that checksums and the segmentation of TCP are left to who reads them.
     */
    public static void setUp(Fd fd) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            number.set(JAVA_INT, 0, HEADER_LENGTH);
            ioctl(arena, fd, "TUNSETVNETHDRSZ", TUNSETVNETHDRSZ, number);
            number.set(JAVA_INT, 0, 1);
            ioctl(arena, fd, "TUNSETVNETLE", TUNSETVNETLE, number);
            // This one takes its argument by value.
            ioctl(arena, fd, "TUNSETOFFLOAD", TUNSETOFFLOAD, MemorySegment.ofAddress(OFFLOADS));
        }
    }

    private static void ioctl(Arena arena, Fd fd, String operation, long request, MemorySegment argument)
        throws PosixException {
        MemorySegment state = Libc.newErrnoState(arena);
        try {
            if ((int)IOCTL.invokeExact(state, fd.number(), request, argument) < 0) {
                throw new PosixException(operation, Libc.errno(state));
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
