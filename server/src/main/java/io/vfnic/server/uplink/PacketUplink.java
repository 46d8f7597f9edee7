package io.vfnic.server.uplink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.Parker;
import io.vfnic.server.posix.Interfaces;
import io.vfnic.server.posix.PacketSocket;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An interface of the host by a packet socket. Its link is up while the interface is on and has a carrier; when it is
 * deleted the link goes down, and comes back with an interface of the same name.
 */
final class PacketUplink implements HostUplink {
    private static final int TAG_LENGTH = 4;
    private static final int ADDRESSES_LENGTH = 12;
    private static final int HEADER_INDEX = 0;
    /** Room for a tag in front of the frame. */
    private static final int FRAME_INDEX = 64;
    private static final int FRAME_LENGTH = 65536 + 64;

    private final String interfaceName;
    private final PacketSocket socket;
    private final PollParker parker;
    private final VirtioFrameWriter out = new VirtioFrameWriter();
    private final UnsafeBuffer in = new UnsafeBuffer(ByteBuffer.allocateDirect(FRAME_INDEX + FRAME_LENGTH));
    private final FrameOffload offload = new FrameOffload();
    /** Counted by whoever receives and whoever looks after the link; hardly ever. */
    private final AtomicLong missed = new AtomicLong();
    private final LinkMonitor monitor;
    private int index;

    /**
     * @param socket bound to the interface, and the uplink's from now on.
     * @param index  of the interface.
     */
    PacketUplink(String interfaceName, PacketSocket socket, int index) throws IOException {
        this.interfaceName = interfaceName;
        this.socket = socket;
        this.index = index;
        parker = new PollParker(socket.fd());
        parker.watch(true);
        monitor = new LinkMonitor(name(), this::look);
    }

    @Override
    public String name() {
        return "packet:" + interfaceName;
    }

    @Override
    public boolean takesOffloads() {
        return true;
    }

    @Override
    public Sent send(FrameView frame, FrameOffload left) {
        final int result = out.write(socket.fd(), frame, left);
        return switch (result) {
            case -PosixErrno.EAGAIN, -PosixErrno.ENOBUFS, -PosixErrno.ENOMEM -> Sent.FULL;
            case -PosixErrno.ENETDOWN, -PosixErrno.ENXIO, -PosixErrno.ENODEV -> Sent.LINK_DOWN;
            default -> result < 0 ? Sent.REFUSED : Sent.SENT;
        };
    }

    @Override
    public void flush() {
        // Each frame goes out by itself.
    }

    @Override
    public int receive(Receiver receiver, int budget) {
        int taken = 0;
        while (taken < budget) {
            final int length = socket.receive(in.addressOffset() + HEADER_INDEX, VirtioNetHeader.LENGTH,
                in.addressOffset() + FRAME_INDEX, FRAME_LENGTH);
            if (length == -PosixErrno.EAGAIN) {
                break;
            }
            taken++;
            if (length > VirtioNetHeader.LENGTH) {
                handOver(receiver, length - VirtioNetHeader.LENGTH);
            } else if (length == -PosixErrno.EINVAL) {
                // Linux dropped a frame whose description it could not put into words.
                missed.getAndIncrement();
            }
            // Else the interface went down, of which a socket tells once.
        }
        return taken;
    }

    private void handOver(Receiver receiver, int length) {
        final int control = socket.vlanControl();
        if (control == PacketSocket.UNTAGGED || length < ADDRESSES_LENGTH) {
            VirtioNetHeader.read(in, HEADER_INDEX, 0, offload);
            receiver.receive(in.addressOffset() + FRAME_INDEX, length, offload);
            return;
        }
        final int start = FRAME_INDEX - TAG_LENGTH;
        in.putLong(start, in.getLong(FRAME_INDEX));
        in.putInt(start + Long.BYTES, in.getInt(FRAME_INDEX + Long.BYTES));
        in.putShort(start + ADDRESSES_LENGTH, (short)socket.vlanEtherType(), ByteOrder.BIG_ENDIAN);
        in.putShort(start + ADDRESSES_LENGTH + Short.BYTES, (short)control, ByteOrder.BIG_ENDIAN);
        VirtioNetHeader.read(in, HEADER_INDEX, TAG_LENGTH, offload);
        receiver.receive(in.addressOffset() + start, length + TAG_LENGTH, offload);
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

    @Override
    public long missed() {
        return missed.get();
    }

    private String look() {
        countDrops();
        int current = Interfaces.index(interfaceName);
        if (current == 0) {
            return LinkMonitor.GONE;
        }
        if (current != index) {
            try {
                socket.bind(current);
            } catch (IOException e) {
                return "the interface cannot be taken again: " + e.getMessage();
            }
            index = current;
        }
        if (Interfaces.isRunning(socket.fd(), interfaceName)) {
            return LinkMonitor.UP;
        }
        return Interfaces.isUp(socket.fd(), interfaceName)
            ? "the interface has no carrier: its other end is not up, or unplugged"
            : LinkMonitor.switchedOff(interfaceName);
    }

    private void countDrops() {
        try {
            long drops = socket.takeDrops();
            if (drops != 0) {
                missed.getAndAdd(drops);
            }
        } catch (PosixException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        monitor.close();
        parker.close();
        socket.close();
        out.close();
    }
}
