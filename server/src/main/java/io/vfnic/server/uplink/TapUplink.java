package io.vfnic.server.uplink;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.Parker;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Interfaces;
import io.vfnic.server.posix.Poll;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.Tap;
import io.vfnic.server.posix.VectorWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A tap interface. Its link is up while the interface is switched on; when it is deleted the link goes down, and comes
 * back with an interface of the same name that somebody makes.
 */
final class TapUplink implements HostUplink {
    /** A large send, with its Ethernet header and tags and what the kernel says of it. */
    private static final int BUFFER_LENGTH = Tap.HEADER_LENGTH + 65536 + 64;
    private static final int SLOT = 0;

    private final String interfaceName;
    /** The number stays for good; what it stands for changes with the interface. */
    private final Fd fd;
    private final PollParker parker;
    private final VirtioFrameWriter out = new VirtioFrameWriter();
    /** Reads; nothing is written by it. */
    private final VectorWriter io = new VectorWriter(1);
    private final UnsafeBuffer in = new UnsafeBuffer(ByteBuffer.allocateDirect(BUFFER_LENGTH));
    private final FrameOffload offload = new FrameOffload();
    private final Poll state = new Poll(1);
    /** The interface is gone: set by who finds out, cleared when it is back. */
    private volatile boolean lost;
    private final LinkMonitor monitor;

    private TapUplink(String interfaceName, Fd fd) throws IOException {
        this.interfaceName = interfaceName;
        this.fd = fd;
        parker = new PollParker(fd);
        parker.watch(true);
        state.watch(SLOT, fd, Poll.OUT);
        monitor = new LinkMonitor(name(), this::look);
    }

    /** @param fd the interface's descriptor, which is the uplink's from now on. */
    static TapUplink of(String interfaceName, Fd fd) throws IOException {
        try {
            return new TapUplink(interfaceName, fd);
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "tap:" + interfaceName;
    }

    @Override
    public boolean takesOffloads() {
        return true;
    }

    @Override
    public Sent send(FrameView frame, FrameOffload left) {
        final int result = out.write(fd, frame, left);
        return switch (result) {
            case -PosixErrno.EAGAIN, -PosixErrno.ENOBUFS, -PosixErrno.ENOMEM -> Sent.FULL;
            case -PosixErrno.EIO, -PosixErrno.EBADFD -> Sent.LINK_DOWN;
            default -> result < 0 ? Sent.REFUSED : Sent.SENT;
        };
    }

    @Override
    public void flush() {
        // Each frame goes out by itself: a tap takes one at a time.
    }

    @Override
    public int receive(Receiver receiver, int budget) {
        if (lost) {
            return 0;
        }
        int taken = 0;
        while (taken < budget) {
            final int length = io.read(fd, in.addressOffset(), BUFFER_LENGTH);
            if (length <= VirtioNetHeader.LENGTH) {
                if (length != -PosixErrno.EAGAIN && length != -PosixErrno.EINTR) {
                    lost = true;
                    parker.watch(false);
                }
                break;
            }
            VirtioNetHeader.read(in, 0, 0, offload);
            receiver.receive(in.addressOffset() + VirtioNetHeader.LENGTH, length - VirtioNetHeader.LENGTH, offload);
            taken++;
        }
        return taken;
    }

    @Override
    public Parker parker() {
        return parker;
    }

    @Override
    public void start(LinkListener listener) {
        monitor.start(listener);
    }

    @Override
    public String whyDown() {
        return monitor.whyDown();
    }

    /** Linux lets a tap be written to while the interface is on, in whatever namespace that is. */
    private String look() {
        int events = events();
        if ((events & Poll.ERROR) != 0) {
            lost = true;
            parker.watch(false);
            String obstacle = attachAgain();
            if (!obstacle.isEmpty()) {
                return obstacle;
            }
            events = events();
        } else if (lost) {
            // Whoever saw an error saw it before the interface was taken again.
            found();
        }
        return (events & Poll.OUT) == 0 ? LinkMonitor.switchedOff(interfaceName) : LinkMonitor.UP;
    }

    private void found() {
        lost = false;
        parker.watch(true);
    }

    private int events() {
        state.await(0);
        return state.events(SLOT);
    }

    /**
     * Takes an interface of the name that somebody else has made: who deletes one does not want it to come back.
     *
     * @return what stands in the way; empty where it is taken.
     */
    private String attachAgain() {
        if (Interfaces.index(interfaceName) == 0) {
            return LinkMonitor.GONE;
        }
        try (Fd fresh = TapKind.openTap(interfaceName)) {
            fd.replaceBy(fresh);
        } catch (IOException e) {
            return "the interface cannot be taken again: " + e.getMessage();
        }
        found();
        return LinkMonitor.UP;
    }

    @Override
    public void close() {
        monitor.close();
        parker.close();
        fd.close();
        io.close();
        out.close();
        state.close();
    }
}
