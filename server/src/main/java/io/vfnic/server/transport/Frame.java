package io.vfnic.server.transport;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import io.vfnic.protocol.MessageHeader;

/**
 * A received vfio-user message: header, payload and the descriptors that came with it. The decoder reuses it: valid
 * only while it is passed up the pipeline; descriptors not taken by then are closed. {@link #copy()} keeps it longer.
 */
public final class Frame implements AutoCloseable {
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final MessageHeader header = new MessageHeader();
    private final ReceivedFds fds = new ReceivedFds();

    Frame wrap(DirectBuffer source, int offset, int length) {
        buffer.wrap(source, offset, length);
        header.wrap(buffer, 0);
        return this;
    }

    public MessageHeader header() {
        return header;
    }

    /** The whole message; the payload begins at {@link MessageHeader#LENGTH}. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Bytes behind the header. */
    public int payloadLength() {
        return buffer.capacity() - MessageHeader.LENGTH;
    }

    /** The descriptors that came with the message. */
    public ReceivedFds fds() {
        return fds;
    }

    /** A message of its own memory that owns this one's descriptors; the caller closes it. */
    public Frame copy() {
        UnsafeBuffer memory = new UnsafeBuffer(new byte[buffer.capacity()]);
        memory.putBytes(0, buffer, 0, buffer.capacity());
        Frame copy = new Frame().wrap(memory, 0, memory.capacity());
        copy.fds.moveFrom(fds);
        return copy;
    }

    /** Closes the descriptors nobody took. */
    @Override
    public void close() {
        fds.close();
    }
}
