package io.vfnic.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.rule.FrameRules;
import io.vfnic.server.posix.ProcessInfo;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns away a VMM that was given the control socket for a function's: its first message is vfio-user's VERSION, of
 * which the control plane would understand nothing, or wait for more. No request is taken for one: eight zero bytes in a
 * row where the header has flags and errno are no Protobuf.
 */
final class VfioUserGuard extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(VfioUserGuard.class);

    private final Path socket;
    private final int process;
    private boolean turnedAway;

    /**
     * @param socket  of the control plane.
     * @param process of the client.
     */
    VfioUserGuard(Path socket, int process) {
        this.socket = socket;
        this.process = process;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf)message;
        if (turnedAway) {
            bytes.release();
        } else if (bytes.readableBytes() >= MessageHeader.LENGTH && isVersion(header(bytes))) {
            turnedAway = true;
            LOG.warn("{} was refused: it speaks vfio-user, and {} is the control plane's socket; a guest's device " +
                "connects to a function's, such as vf0.sock in the same directory", ProcessInfo.describe(process),
                socket);
            refuse(context, header(bytes).id());
            bytes.release();
        } else {
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }

    private static MessageHeader header(ByteBuf bytes) {
        byte[] first = new byte[MessageHeader.LENGTH];
        bytes.getBytes(bytes.readerIndex(), first);
        return new MessageHeader().wrap(new UnsafeBuffer(first), 0);
    }

    private static boolean isVersion(MessageHeader header) {
        return header.command() == Command.VERSION && header.flags() == MessageHeader.TYPE_COMMAND &&
            header.errno() == 0 && !FrameRules.isBroken(header);
    }

    /** In its own protocol, so that the VMM fails with a reason. */
    private static void refuse(ChannelHandlerContext context, int id) {
        byte[] reply = new byte[MessageHeader.LENGTH];
        new MessageHeader().wrap(new UnsafeBuffer(reply), 0).encodeError(id, Command.VERSION.number(), Errno.ENOTSUP);
        context.writeAndFlush(context.alloc().buffer(reply.length).writeBytes(reply))
            .addListener(ChannelFutureListener.CLOSE);
    }
}
