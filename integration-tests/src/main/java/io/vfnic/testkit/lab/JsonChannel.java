package io.vfnic.testkit.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** One JSON object per line over a Unix stream socket, as QMP and the guest agent speak it. For one thread. */
final class JsonChannel implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private ByteBuffer received = ByteBuffer.allocate(64 * 1024);

    private JsonChannel(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    static JsonChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new JsonChannel(channel, selector);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    void send(String json, long deadlineNanos) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((json + '\n').getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadlineNanos);
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new IOException("the other side does not read");
                }
            }
        }
    }

    /**
     * The next object.
     *
     * @param deadlineNanos on the clock of {@link System#nanoTime()}
     * @return empty where none came in time
     * @throws EOFException where the other side has closed
     */
    Optional<JsonObject> receive(long deadlineNanos) throws IOException {
        while (true) {
            String line = nextLine();
            if (line != null && !line.isBlank()) {
                return Optional.of(JsonParser.parseString(line).getAsJsonObject());
            }
            if (line == null) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    return Optional.empty();
                }
                await(SelectionKey.OP_READ, deadlineNanos);
                fill();
            }
        }
    }

    private void fill() throws IOException {
        if (!received.hasRemaining()) {
            received = ByteBuffer.allocate(received.capacity() * 2).put(received.flip());
        }
        if (channel.read(received) < 0) {
            throw new EOFException("the other side closed the connection");
        }
    }

    private String nextLine() {
        byte[] bytes = received.array();
        for (int i = 0; i < received.position(); i++) {
            if (bytes[i] == '\n') {
                String line = new String(bytes, 0, i, StandardCharsets.UTF_8);
                received.flip().position(i + 1);
                received.compact();
                return line;
            }
        }
        return null;
    }

    private void await(int operation, long deadlineNanos) throws IOException {
        long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        channel.keyFor(selector).interestOps(operation);
        selector.select(Math.max(1, millis));
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
