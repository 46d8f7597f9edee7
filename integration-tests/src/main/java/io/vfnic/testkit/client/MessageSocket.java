package io.vfnic.testkit.client;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.UnixSockets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A blocking Unix socket that carries vfio-user messages and file descriptors. Any thread may send; one thread at a
 * time may receive.
 */
final class MessageSocket implements AutoCloseable {
    private static final int MAX_FDS = 253;
    /** Room for messages longer than any server takes, for tests that send them. */
    private static final int CAPACITY = 2 * ProtocolLimits.MAX_MESSAGE;

    private final Fd socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment outgoing = arena.allocate(CAPACITY);
    private final MemorySegment incoming = arena.allocate(CAPACITY);
    private final MessageSender sender = new MessageSender(1, MAX_FDS);
    private final MessageReceiver receiver = new MessageReceiver();
    private final MessageHeader header = new MessageHeader();

    MessageSocket(Fd socket) {
        this.socket = socket;
    }

    static MessageSocket connect(Path path) throws IOException {
        Fd socket = UnixSockets.open(false);
        try {
            UnixSockets.connect(socket, path);
            return new MessageSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends the bytes as they are, waiting for room; the file descriptors go with the first of them. */
    synchronized void send(byte[] bytes, List<Fd> fds) throws IOException {
        MemorySegment.copy(bytes, 0, outgoing, ValueLayout.JAVA_BYTE, 0, bytes.length);
        int sent = 0;
        while (sent < bytes.length) {
            sender.addBytes(outgoing.address() + sent, bytes.length - sent);
            if (sent == 0 && !fds.isEmpty()) {
                fds.forEach(sender::addFd);
            }
            int result = sender.sendBlocking(socket);
            if (result < 0) {
                throw new IOException("sendmsg failed with errno " + -result);
            }
            sent += result;
        }
    }

    /** The next message, or null at the end of the stream. */
    Message receive() throws IOException {
        List<Fd> fds = new ArrayList<>();
        if (!fill(0, MessageHeader.LENGTH, fds)) {
            return null;
        }
        header.wrap(new UnsafeBuffer(incoming.address(), MessageHeader.LENGTH), 0);
        long size = header.size();
        if (size < MessageHeader.LENGTH || size > CAPACITY) {
            throw new IOException("the server sent a message of " + size + " bytes");
        }
        byte[] payload = new byte[(int)size - MessageHeader.LENGTH];
        if (!fill(MessageHeader.LENGTH, payload.length, fds)) {
            throw new IOException("the stream ends inside a message");
        }
        MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, MessageHeader.LENGTH, payload, 0, payload.length);
        return new Message(header.id(), header.commandNumber(), header.flags(), header.errno(), payload, fds);
    }

    private boolean fill(int offset, int length, List<Fd> fds) throws IOException {
        int received = 0;
        while (received < length) {
            int result = receiver.receiveBlocking(
                socket, incoming.address() + offset + received, length - received);
            if (result < 0) {
                throw new IOException("recvmsg failed with errno " + -result);
            }
            if (result == 0) {
                return false;
            }
            for (int i = 0; i < receiver.fdCount(); i++) {
                fds.add(receiver.takeFd(i));
            }
            received += result;
        }
        return true;
    }

    /** Makes a receive that is under way, and every later one, see the end of the stream. */
    void shutdown() {
        try {
            UnixSockets.shutdown(socket);
        } catch (IOException alreadyGone) {
            // The server closed first: the receiver has seen the end of the stream already.
        }
    }

    /** Only when nobody receives or sends any more. */
    @Override
    public void close() {
        socket.close();
        sender.close();
        receiver.close();
        arena.close();
    }
}
