package io.vfnic.server.transport;

import org.agrona.DirectBuffer;

import io.vfnic.server.posix.MessageReceiver;

/**
 * What one recvmsg brought. The channel reuses it: valid only while the channel passes it up the pipeline. Descriptors
 * that nobody moved out by then are closed.
 */
public final class Chunk {
    private final DirectBuffer buffer;
    private final MessageReceiver receiver;
    private int length;

    Chunk(DirectBuffer buffer, MessageReceiver receiver) {
        this.buffer = buffer;
        this.receiver = receiver;
    }

    Chunk length(int newLength) {
        length = newLength;
        return this;
    }

    /** Holds the received bytes from index 0. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Bytes received. */
    public int length() {
        return length;
    }

    boolean hasFds() {
        return receiver.fdCount() > 0 || receiver.fdsTruncated();
    }

    void moveFdsTo(ReceivedFds destination) {
        destination.addAll(receiver);
    }
}
