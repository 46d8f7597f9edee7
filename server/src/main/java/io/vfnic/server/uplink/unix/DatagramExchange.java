package io.vfnic.server.uplink.unix;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;

import io.vfnic.device.spi.UplinkPort;

/** Datagrams of a frame each. */
public final class DatagramExchange extends FrameExchange {
    private final UnsafeBuffer inbound = new UnsafeBuffer(
        ByteBuffer.allocateDirect(StreamFraming.MAX_FRAME_LENGTH));

    @Override
    protected boolean sendSome(OutboundFrames frames) {
        final boolean sent = send(frames.buffer().addressOffset() + frames.frame(), frames.frameLength()) >= 0;
        if (sent) {
            frames.frameSent();
        }
        return sent;
    }

    @Override
    public int receive(UplinkPort.Receiver to, int budget) {
        int datagrams = 0;
        while (datagrams < budget) {
            final int received = receive(inbound.addressOffset(), inbound.capacity());
            if (received < 0) {
                // Other errors than EAGAIN are about an earlier peer, and told once.
                break;
            }
            datagrams++;
            // An empty datagram is no frame. One longer than any frame is cut, to what is too long for the card.
            if (received > 0) {
                hand(to, inbound.addressOffset(), received);
            }
        }
        return datagrams;
    }
}
