package io.vfnic.server.session;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.control.FrameLength;
import io.vfnic.protocol.control.FrameLengthException;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.server.log.LogFields;
import io.vfnic.server.posix.ProcessInfo;
import io.vfnic.server.transport.Chunk;
import io.vfnic.server.transport.OutboundFrame;
import io.vfnic.server.transport.UnixChannel;

/**
 * Turns away a client of the control plane that was given a function's socket for the control socket. Its request is
 * shorter than a vfio-user header, for the rest of which both would wait.
 */
final class ControlClientGuard extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ControlClientGuard.class);
    /** Of the field that each request begins with: number 1, a varint. */
    private static final int ID_TAG = 0x08;

    /** Length, id and what is asked for, with their tags. */
    private static final int SHORTEST_REQUEST = 5;

    private final String function;
    private final LogAllowance logAllowance;
    private final UnixChannel channel;
    private boolean turnedAway;

    ControlClientGuard(String function, LogAllowance logAllowance, UnixChannel channel) {
        this.function = function;
        this.logAllowance = logAllowance;
        this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Chunk chunk = (Chunk)message;
        if (turnedAway) {
            return;
        }
        if (isRequest(chunk.buffer(), chunk.length())) {
            turnedAway = true;
            turnAway();
        } else {
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }

    /** Whether these are a request, all of it, and no VERSION command with an unlucky id. */
    private static boolean isRequest(DirectBuffer bytes, int length) {
        if (length < SHORTEST_REQUEST
            || bytes.getShort(MessageHeader.COMMAND_OFFSET, ByteOrder.LITTLE_ENDIAN) == Command.VERSION.number()) {
            return false;
        }
        FrameLength prefix = new FrameLength();
        try {
            for (int i = 0; i + 1 < length; i++) {
                if (prefix.accept(bytes.getByte(i))) {
                    return prefix.take() == length - i - 1 && bytes.getByte(i + 1) == ID_TAG;
                }
            }
            return false;
        } catch (FrameLengthException other) {
            return false;
        }
    }

    private void turnAway() {
        if (logAllowance.next() != LogAllowance.Verdict.SILENCE) {
            int process = channel.peerProcess();
            LOG.atWarn().addKeyValue(LogFields.FUNCTION, function).addKeyValue(LogFields.CLIENT, process)
                .log("{} was refused: it speaks to the control plane, whose socket is control.sock in the same " +
                    "directory", ProcessInfo.describe(process));
        }
        byte[] response = Response.newBuilder().setEnd(true).setError(Error.newBuilder()
            .setCode(Error.Code.CODE_REFUSED).setFunction(function)
            .setMessage("this is the function's socket, which is for a guest's device")
            .setRemedy("the control plane's is control.sock in the same directory")).build().toByteArray();
        byte[] prefix = new byte[FrameLength.MAX_BYTES];
        int prefixLength = FrameLength.encode(response.length, prefix);
        OutboundFrame frame = channel.frames().allocate(prefixLength + response.length);
        frame.buffer().putBytes(0, prefix, 0, prefixLength);
        frame.buffer().putBytes(prefixLength, response);
        channel.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
    }
}
