package io.vfnic.server.transport;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.rule.FrameRules;

/**
 * Cuts the byte stream into {@link Frame}s. A message that arrived whole is passed on where it lies; only one that is
 * split between two receives is copied together.
 * <p>
 * Descriptors go to the message that holds the last byte of the receive that brought them: Linux ends a receive at
 * the end of the sendmsg that carries descriptors, and clients send each message with one sendmsg.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final int INITIAL_CAPACITY = 4096;

    private final Frame frame = new Frame();
    private final MessageHeader header = new MessageHeader();
    /** The beginning of a message whose end has not arrived yet, and the descriptors that came with it. */
    private final UnsafeBuffer partial = new UnsafeBuffer(ByteBuffer.allocateDirect(INITIAL_CAPACITY));
    private final ReceivedFds partialFds = new ReceivedFds();
    private int partialLength;
    private boolean broken;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Chunk chunk = (Chunk)message;
        int position = partialLength > 0 ? completePartial(context, chunk) : 0;
        while (!broken && position < chunk.length() && context.channel().isActive()) {
            int remaining = chunk.length() - position;
            if (remaining < MessageHeader.LENGTH) {
                keep(chunk, position, remaining);
                return;
            }
            header.wrap(chunk.buffer(), position);
            if (!isPossible(context)) {
                return;
            }
            int size = (int)header.size();
            if (remaining < size) {
                ensurePartialCapacity(size);
                keep(chunk, position, remaining);
                return;
            }
            if (remaining == size) {
                chunk.moveFdsTo(frame.fds());
            }
            deliver(context, chunk.buffer(), position, size);
            position += size;
        }
    }

    /** Adds to the partial message; returns how much of the chunk it took. */
    private int completePartial(ChannelHandlerContext context, Chunk chunk) {
        int taken = 0;
        if (partialLength < MessageHeader.LENGTH) {
            taken = Math.min(MessageHeader.LENGTH - partialLength, chunk.length());
            append(chunk, 0, taken);
        }
        if (partialLength >= MessageHeader.LENGTH) {
            header.wrap(partial, 0);
            if (!isPossible(context)) {
                return taken;
            }
            int size = (int)header.size();
            ensurePartialCapacity(size);
            int more = Math.min(size - partialLength, chunk.length() - taken);
            append(chunk, taken, more);
            taken += more;
            if (partialLength == size) {
                frame.fds().moveFrom(partialFds);
                if (taken == chunk.length()) {
                    chunk.moveFdsTo(frame.fds());
                }
                partialLength = 0;
                deliver(context, partial, 0, size);
                return taken;
            }
        }
        chunk.moveFdsTo(partialFds);
        return taken;
    }

    private void keep(Chunk chunk, int position, int length) {
        append(chunk, position, length);
        chunk.moveFdsTo(partialFds);
    }

    private void append(Chunk chunk, int position, int length) {
        partial.putBytes(partialLength, chunk.buffer(), position, length);
        partialLength += length;
    }

    private boolean isPossible(ChannelHandlerContext context) {
        if (!FrameRules.isBroken(header)) {
            return true;
        }
        broken = true;
        partialFds.close();
        context.fireUserEventTriggered(BrokenFrame.of(header));
        return false;
    }

    private void deliver(ChannelHandlerContext context, DirectBuffer buffer, int offset, int length) {
        try {
            context.fireChannelRead(frame.wrap(buffer, offset, length));
        } finally {
            frame.close();
        }
    }

    private void ensurePartialCapacity(int needed) {
        if (partial.capacity() < needed) {
            ByteBuffer larger = ByteBuffer.allocateDirect(needed);
            partial.getBytes(0, larger, 0, partialLength);
            partial.wrap(larger);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        partialFds.close();
        partialLength = 0;
        // What is still under way from the channel belongs to a connection that is over.
        broken = true;
    }
}
