package io.vfnic.server.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.PosixErrno;

/** The other end of a connection, blocking, which sends exactly the bytes and descriptors that a test wants. */
public final class RawPeer implements AutoCloseable {
    private static final int CAPACITY = 2 << 20;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(CAPACITY);
    private final UnsafeBuffer buffer = new UnsafeBuffer(memory);
    private final long address = BufferUtil.address(memory);
    /** Apart, so that one thread may send while another receives. */
    private final ByteBuffer receiveMemory = ByteBuffer.allocateDirect(CAPACITY);
    private final UnsafeBuffer receiveBuffer = new UnsafeBuffer(receiveMemory);
    private final long receiveAddress = BufferUtil.address(receiveMemory);
    private final MessageReceiver receiver = new MessageReceiver();
    private final MessageSender sender = new MessageSender(1, 253);
    private final Fd socket;

    /** @param socket connected and blocking; owned by the peer. */
    public RawPeer(Fd socket) {
        this.socket = socket;
    }

    public Fd socket() {
        return socket;
    }

    /** One sendmsg with these bytes and descriptors. */
    public void send(byte[] bytes, Fd... fds) {
        int sent = 0;
        while (sent < bytes.length) {
            buffer.putBytes(0, bytes, sent, bytes.length - sent);
            sender.addBytes(address, bytes.length - sent);
            for (Fd fd : sent == 0 ? fds : new Fd[0]) {
                sender.addFd(fd);
            }
            int result = sender.sendBlocking(socket);
            if (result < 0) {
                throw new IllegalStateException("send: errno " + -result);
            }
            sent += result;
        }
    }

    /** Sends a small message if there is room for it. */
    public boolean trySend(byte[] bytes) {
        buffer.putBytes(0, bytes);
        int result = sender.addBytes(address, bytes.length).send(socket);
        if (result != bytes.length && result != -PosixErrno.EAGAIN) {
            throw new IllegalStateException("send: " + result);
        }
        return result > 0;
    }

    /** Waits for that many bytes; fewer only at the end of the stream. */
    public byte[] receive(int length) {
        byte[] bytes = new byte[length];
        int received = 0;
        while (received < length) {
            int result = receiver.receiveBlocking(socket, receiveAddress, length - received);
            if (result <= 0) {
                return Arrays.copyOf(bytes, received);
            }
            receiveBuffer.getBytes(0, bytes, received, result);
            received += result;
        }
        return bytes;
    }

    /** What one receive gives: bytes, 0 at the end of the stream, or an errno, negated. */
    public int tryReceive() {
        return receiver.receiveBlocking(socket, receiveAddress, CAPACITY);
    }

    /** Waits for a whole message; empty at the end of the stream. */
    public byte[] receiveFrame() {
        byte[] header = receive(MessageHeader.LENGTH);
        if (header.length < MessageHeader.LENGTH) {
            return header;
        }
        int size = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(MessageHeader.SIZE_OFFSET);
        byte[] frame = Arrays.copyOf(header, size);
        System.arraycopy(receive(size - header.length), 0, frame, header.length, size - header.length);
        return frame;
    }

    /** Descriptors that came with the last receive, the header's in case of a frame. */
    public int receivedFdCount() {
        return receiver.fdCount();
    }

    @Override
    public void close() {
        socket.close();
        receiver.close();
        sender.close();
    }

    /** A message of zeros behind a header. */
    public static byte[] frame(int id, int command, int flags, int payloadLength) {
        return ByteBuffer.allocate(MessageHeader.LENGTH + payloadLength).order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short)id).putShort((short)command).putInt(MessageHeader.LENGTH + payloadLength).putInt(flags)
            .array();
    }
}
