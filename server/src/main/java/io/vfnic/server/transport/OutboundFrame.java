package io.vfnic.server.transport;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageSender;

/**
 * A message on its way out: memory to encode it in, its length, and descriptors that go with its first byte. Written
 * to the channel, it returns to the pool that it came from when it is sent or dropped. Descriptors are borrowed: their
 * owner keeps them open until then.
 */
public final class OutboundFrame extends AbstractReferenceCounted {
    private static final int MAX_FDS = 16;

    private final OutboundFramePool pool;
    private final UnsafeBuffer buffer;
    private final long address;
    private final Fd[] fds = new Fd[MAX_FDS];
    private int fdCount;
    private int length;
    private int sent;

    OutboundFrame(OutboundFramePool pool, int capacity) {
        this.pool = pool;
        ByteBuffer memory = ByteBuffer.allocateDirect(capacity);
        buffer = new UnsafeBuffer(memory);
        address = BufferUtil.address(memory);
    }

    void reuse(int newLength) {
        setRefCnt(1);
        length = newLength;
    }

    int capacity() {
        return buffer.capacity();
    }

    /** Where the message is encoded, from index 0. Its old content is not cleared. */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Bytes of the whole message. */
    public int length() {
        return length;
    }

    /** Cuts a message that was encoded shorter than it was asked for. */
    public void truncate(int newLength) {
        if (newLength > length) {
            throw new IllegalArgumentException("length " + newLength + " > " + length);
        }
        length = newLength;
    }

    /** Sends a descriptor with the message. */
    public void addFd(Fd fd) {
        fds[fdCount++] = fd;
    }

    /**
     * Sends as much as the socket takes.
     *
     * @return bytes sent, or an errno, negated.
     */
    int sendTo(MessageSender sender, Fd socket) {
        sender.addBytes(address + sent, length - sent);
        if (sent == 0) {
            for (int i = 0; i < fdCount; i++) {
                sender.addFd(fds[i]);
            }
        }
        int result = sender.send(socket);
        if (result > 0) {
            sent += result;
        }
        return result;
    }

    boolean isSent() {
        return sent == length;
    }

    @Override
    protected void deallocate() {
        for (int i = 0; i < fdCount; i++) {
            fds[i] = null;
        }
        fdCount = 0;
        sent = 0;
        pool.recycle(this);
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
