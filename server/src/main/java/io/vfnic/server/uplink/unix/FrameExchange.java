package io.vfnic.server.uplink.unix;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.PosixErrno;

/**
 * Sends frames to a peer and receives its frames, without ever waiting. One thread's, the uplink's agent; allocates
 * nothing after construction unless a peer is lost.
 */
public abstract class FrameExchange implements AutoCloseable {
    private static final int NO_FDS = 0;

    private final OutboundFrames outbound = new OutboundFrames();
    private final MessageSender sender = new MessageSender(1, NO_FDS);
    /** Without room for descriptors: those that a peer sends are closed by the kernel. */
    private final MessageReceiver receiver = new MessageReceiver(NO_FDS);
    private final FrameOffload complete = new FrameOffload();
    private Peer peer;
    private volatile boolean blocked;

    /** Turns to another peer, which gets nothing of what was meant for the last one. */
    public void attach(Peer next) {
        peer = next;
        outbound.clear();
        blocked = false;
    }

    /** Takes a frame for the next {@link #flush()}; false where the peer is too slow and the buffer is full. */
    public final boolean put(FrameView frame) {
        final int length = Padding.lengthWithout(frame);
        final int index = outbound.begin(length);
        if (index < 0) {
            return false;
        }
        frame.copyTo(0, outbound.buffer(), index, length);
        // Not before: the copy fails where the guest has cut the file behind its memory short.
        outbound.commit();
        return true;
    }

    /** Sends as much as the socket takes; returns whether it took anything. */
    public final boolean flush() {
        final int before = outbound.length();
        boolean takes = true;
        while (takes && outbound.length() > 0) {
            takes = sendSome(outbound);
        }
        blocked = outbound.length() > 0;
        return outbound.length() < before;
    }

    /** Sends once, and returns whether the socket may take more. */
    protected abstract boolean sendSome(OutboundFrames frames);

    /** Whether something waits for the socket to take more. */
    public final boolean isBlocked() {
        return blocked;
    }

    /** Hands over what has come, so many frames at the most; returns how many. */
    public abstract int receive(UplinkPort.Receiver to, int budget);

    /** Sends bytes; returns how many, or -1 where the socket takes none. */
    protected final int send(long address, int length) {
        final int sent = sender.addBytes(address, length).send(peer.fd());
        if (sent < 0 && sent != -PosixErrno.EAGAIN) {
            peer.lose("it takes nothing any more: " + PosixErrno.describe(-sent));
        }
        return Math.max(-1, sent);
    }

    /** Receives bytes; returns how many, 0 at the end of a stream, or an errno, negated. */
    protected final int receive(long address, int room) {
        return receiver.receive(peer.fd(), address, room);
    }

    /** Hands over a frame, of which nothing is left to do. */
    protected final void hand(UplinkPort.Receiver to, long address, int length) {
        to.receive(address, length, complete.clear());
    }

    /** Gives the peer up. */
    protected final void lose(String reason) {
        peer.lose(reason);
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
