package io.vfnic.server.uplink.unix;

import io.vfnic.device.spi.UplinkPort;
import io.vfnic.server.posix.PosixErrno;

/** Frames on a stream ({@link StreamFraming}): one send for all that are to go out, one receive for all that came. */
public final class StreamExchange extends FrameExchange {
    private final FrameAssembler inbound = new FrameAssembler();

    @Override
    public void attach(Peer next) {
        super.attach(next);
        inbound.clear();
    }

    @Override
    protected boolean sendSome(OutboundFrames frames) {
        final int length = frames.length();
        final int sent = send(frames.buffer().addressOffset() + frames.start(), length);
        if (sent > 0) {
            frames.sent(sent);
        }
        return sent == length;
    }

    @Override
    public int receive(UplinkPort.Receiver to, int budget) {
        int frames = 0;
        boolean more = true;
        try {
            while (frames < budget) {
                if (inbound.next()) {
                    frames++;
                    hand(to, inbound.buffer().addressOffset() + inbound.frame(), inbound.frameLength());
                } else if (more) {
                    more = receiveSome();
                } else {
                    return frames;
                }
            }
        } catch (BrokenStreamException e) {
            lose(e.getMessage());
        }
        return frames;
    }

    /** Receives once, and returns whether there may be more. */
    private boolean receiveSome() {
        final int room = inbound.room();
        final int received = receive(inbound.buffer().addressOffset() + inbound.end(), room);
        if (received > 0) {
            inbound.received(received);
        } else if (received == 0) {
            lose("it closed the connection");
        } else if (received != -PosixErrno.EAGAIN) {
            lose("it sends nothing any more: " + PosixErrno.describe(-received));
        }
        return received == room;
    }
}
