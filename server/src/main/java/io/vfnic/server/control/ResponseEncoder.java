package io.vfnic.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import io.vfnic.protocol.control.FrameLength;
import io.vfnic.protocol.control.v1.Response;
import java.io.IOException;

/** Frames responses. */
final class ResponseEncoder extends MessageToByteEncoder<Response> {
    private final byte[] prefix = new byte[FrameLength.MAX_BYTES];

    ResponseEncoder() {
        super(Response.class);
    }

    @Override
    protected void encode(ChannelHandlerContext context, Response response, ByteBuf out) throws IOException {
        out.writeBytes(prefix, 0, FrameLength.encode(response.getSerializedSize(), prefix));
        try (ByteBufOutputStream stream = new ByteBufOutputStream(out)) {
            response.writeTo(stream);
        }
    }
}
