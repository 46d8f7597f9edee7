package io.vfnic.server.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.server.transport.RawPeer;

import static org.assertj.core.api.Assertions.assertThat;

/** A vfio-user client that sends what a test wants and shows what came back. */
final class TestClient implements AutoCloseable {
    static final String CAPABILITIES =
        "{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,\"write_multiple\":true}}";

    private final RawPeer peer;
    private int nextId = 100;

    TestClient(Path path) throws Exception {
        Fd socket = UnixSockets.open(false);
        UnixSockets.connect(socket, path);
        peer = new RawPeer(socket);
    }

    /** A message of the server; not there at all at the end of the connection. */
    record Message(int id, int command, int flags, int errno, ByteBuffer payload) {
        boolean isEnd() {
            return payload == null;
        }

        byte[] bytes(int from, int length) {
            byte[] bytes = new byte[length];
            payload.get(from, bytes);
            return bytes;
        }
    }

    RawPeer peer() {
        return peer;
    }

    int send(Command command, Payload payload, Fd... fds) {
        return send(command, MessageHeader.TYPE_COMMAND, payload, fds);
    }

    int sendPosted(Command command, Payload payload, Fd... fds) {
        return send(command, MessageHeader.NO_REPLY, payload, fds);
    }

    private int send(Command command, int flags, Payload payload, Fd... fds) {
        int id = nextId++ & 0xFFFF;
        send(id, command.number(), flags, 0, payload, fds);
        return id;
    }

    void send(int id, int command, int flags, int errno, Payload payload, Fd... fds) {
        byte[] bytes = payload.bytes();
        peer.send(new Payload().u16(id).u16(command).u32(MessageHeader.LENGTH + bytes.length, flags, errno)
            .data(bytes).bytes(), fds);
    }

    Message receive() {
        byte[] frame = peer.receiveFrame();
        if (frame.length < MessageHeader.LENGTH) {
            return new Message(0, 0, 0, 0, null);
        }
        ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        return new Message(buffer.getShort(0) & 0xFFFF, buffer.getShort(2) & 0xFFFF, buffer.getInt(8),
            buffer.getInt(12), buffer.slice(16, frame.length - 16).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Sends a command and takes the next message for its reply, whose header is checked. */
    Message call(Command command, Payload payload, Fd... fds) {
        int id = send(command, payload, fds);
        Message reply = receive();
        assertThat(reply.id()).isEqualTo(id);
        assertThat(reply.command()).isEqualTo(command.number());
        assertThat(reply.flags() & MessageHeader.TYPE_MASK).isEqualTo(MessageHeader.TYPE_REPLY);
        if ((reply.flags() & MessageHeader.ERROR) != 0) {
            assertThat(reply.payload().capacity()).isZero();
        } else {
            assertThat(reply.errno()).isZero();
        }
        return reply;
    }

    /** The errno a command is answered with. */
    int errno(Command command, Payload payload, Fd... fds) {
        return call(command, payload, fds).errno();
    }

    TestClient introduce() {
        assertThat(errno(Command.VERSION, version())).isZero();
        return this;
    }

    static Payload version() {
        return new Payload().u16(0).u16(0).text(CAPABILITIES);
    }

    /** A register read, which also tells that everything sent before has been handled. */
    long readRegister(long offset) {
        Message reply = call(Command.REGION_READ, new Payload().u64(offset).u32(0, 4));
        assertThat(reply.errno()).isZero();
        return reply.payload().getInt(16);
    }

    @Override
    public void close() {
        peer.close();
    }
}
