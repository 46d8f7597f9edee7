package io.vfnic.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vfnic.protocol.control.FrameLength;
import io.vfnic.protocol.control.v1.Request;
import java.io.IOException;
import java.util.List;

/**
 * Cuts the bytes of a connection into requests. Those of a client that does not read its responses wait: a few bytes of
 * requests would make any number of responses otherwise.
 */
final class RequestDecoder extends ByteToMessageDecoder {
    private static final int UNKNOWN = -1;

    private final FrameLength length = new FrameLength();
    private int expected = UNKNOWN;
    private boolean broken;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws IOException {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!context.channel().isWritable()) {
            return;
        }
        try {
            if (expected == UNKNOWN && in.isReadable() && length.accept(in.readByte())) {
                expected = length.take();
            }
            if (expected != UNKNOWN && in.readableBytes() >= expected) {
                byte[] message = new byte[expected];
                in.readBytes(message);
                expected = UNKNOWN;
                out.add(Request.parseFrom(message));
            }
        } catch (IOException unreadable) {
            // The client is disconnected; what it has sent behind this is of no use.
            broken = true;
            throw unreadable;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (context.channel().isWritable()) {
            // Not from here: this is called in the midst of a write.
            context.executor().execute(() -> decodeWaiting(context));
        }
        super.channelWritabilityChanged(context);
    }

    private void decodeWaiting(ChannelHandlerContext context) {
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }
}
