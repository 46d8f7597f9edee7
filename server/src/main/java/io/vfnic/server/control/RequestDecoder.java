package io.vfnic.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vfnic.protocol.control.FrameLength;
import io.vfnic.protocol.control.v1.Request;
import java.io.IOException;
import java.util.List;

/** Cuts the bytes of a connection into requests. */
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
}
