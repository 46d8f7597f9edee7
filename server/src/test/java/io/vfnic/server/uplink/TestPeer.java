package io.vfnic.server.uplink;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.agrona.BufferUtil;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.UnixSockets;

/** The process at the other end of an uplink, which sends exactly the bytes that a test wants. Never waits. */
final class TestPeer implements AutoCloseable {
    private static final int CAPACITY = 1 << 20;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(CAPACITY);
    private final long address = BufferUtil.address(memory);
    private final MessageReceiver receiver = new MessageReceiver();
    private final MessageSender sender = new MessageSender(1, 1);
    private final Fd socket;

    TestPeer(Fd socket) {
        this.socket = socket;
    }

    /** One that listens from now on; who connects is accepted by {@link #accept}. */
    static Fd listen(Path path) throws Exception {
        Files.deleteIfExists(path);
        Fd listening = UnixSockets.open(true);
        UnixSockets.bind(listening, path);
        UnixSockets.listen(listening, 4);
        return listening;
    }

    /** The one that has connected, once it has. */
    static TestPeer accept(TestAgent agent, Fd listening) throws Exception {
        Fd[] accepted = new Fd[1];
        agent.until("a connection", () -> {
            accepted[0] = UnixSockets.accept(listening);
            return accepted[0] != null;
        });
        return new TestPeer(accepted[0]);
    }

    /** One that connects to a socket that listens. */
    static TestPeer connect(Path path) throws Exception {
        Fd socket = UnixSockets.open(true);
        UnixSockets.connect(socket, path);
        return new TestPeer(socket);
    }

    /** One that is bound to a path and connected to another, once that is not connected to somebody else any more. */
    static TestPeer datagrams(TestAgent agent, Path local, Path remote) throws Exception {
        Files.deleteIfExists(local);
        Fd socket = UnixSockets.openDatagram(true);
        UnixSockets.bind(socket, local);
        agent.until("a socket that may be connected to", () -> {
            try {
                UnixSockets.connect(socket, remote);
                return true;
            } catch (PosixException e) {
                return false;
            }
        });
        return new TestPeer(socket);
    }

    /** Sends what fits of these bytes, and a descriptor with them; returns how many did. */
    int send(byte[] bytes, Fd... fds) {
        memory.put(0, bytes);
        sender.addBytes(address, bytes.length);
        for (Fd fd : fds) {
            sender.addFd(fd);
        }
        int sent = sender.send(socket);
        if (sent < 0 && sent != -PosixErrno.EAGAIN) {
            throw new IllegalStateException("send: errno " + -sent);
        }
        return Math.max(0, sent);
    }

    /** What there is, so many bytes at the most, or one datagram; null at the end of the stream. */
    byte[] receive(int atMost) {
        int got = receiver.receive(socket, address, atMost);
        if (got < 0 && got != -PosixErrno.EAGAIN) {
            return null;
        }
        byte[] bytes = new byte[Math.max(0, got)];
        memory.get(0, bytes);
        return got == 0 ? null : bytes;
    }

    /** Exactly so many bytes, for which the agent runs meanwhile. */
    byte[] receive(TestAgent agent, int length) throws Exception {
        byte[] bytes = new byte[length];
        int[] got = new int[1];
        agent.until(length + " bytes", () -> {
            byte[] more = receive(length - got[0]);
            if (more == null) {
                throw new IllegalStateException("closed after " + got[0] + " bytes");
            }
            System.arraycopy(more, 0, bytes, got[0], more.length);
            got[0] += more.length;
            return got[0] == length;
        });
        return bytes;
    }

    /** The next frame of a stream. */
    byte[] receiveFrame(TestAgent agent) throws Exception {
        return receive(agent, ByteBuffer.wrap(receive(agent, 4)).getInt());
    }

    /** A frame as a stream carries it: its length in four bytes, big-endian, before it. */
    static byte[] framed(byte[] frame) {
        return ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array();
    }

    /** A frame of a length, of bytes that depend on a number. */
    static byte[] frame(int length, int number) {
        byte[] frame = new byte[length];
        Arrays.fill(frame, (byte)number);
        ByteBuffer.wrap(frame).putInt(0, number);
        return frame;
    }

    @Override
    public void close() {
        socket.close();
        receiver.close();
        sender.close();
    }
}
