package io.vfnic.server.control.client;

import io.vfnic.protocol.control.FrameLength;
import io.vfnic.protocol.control.v1.CancelRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Response;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * A connection to a card's control socket, whose calls wait for the card. Requests are made one at a time; any thread,
 * but one at a time, except {@link #close()}, which ends a call under way.
 */
public final class ControlClient implements AutoCloseable {
    /** No request has this id. */
    private static final long NONE = 0;

    private final SocketChannel channel;
    private final InputStream in;
    private final FrameLength length = new FrameLength();
    private final Object sending = new Object();
    private long lastId;
    /** The stream under way. */
    private long streaming = NONE;
    private boolean endWanted;

    private ControlClient(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /**
     * Connects.
     *
     * @throws UnreachableException where nobody listens there, or this user may not connect; with a way out.
     */
    public static ControlClient connect(Path socket) throws UnreachableException {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return new ControlClient(channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw UnreachableException.at(socket, e);
        }
    }

    /**
     * Makes a request that has one response.
     *
     * @param request its id is set by this.
     * @throws CardRefusedException where the card answers with an error.
     * @throws IOException          where the connection breaks.
     */
    public Response call(Request.Builder request) throws CardRefusedException, IOException {
        long id = send(request);
        Response response = next(id);
        if (response.getId() != id || !response.getEnd()) {
            throw new IOException("the card answered something else than was asked");
        }
        return response;
    }

    /**
     * Makes a request that has a stream of responses, and reads them until the card ends the stream or {@code reader}
     * has enough.
     *
     * @param request its id is set by this.
     * @param reader  gets each response; returns whether it wants more.
     * @throws CardRefusedException where the card ends the stream with an error.
     * @throws IOException          where the connection breaks.
     */
    public void stream(Request.Builder request, Predicate<Response> reader) throws CardRefusedException, IOException {
        long id = begin(request);
        long cancel = NONE;
        boolean wanted = true;
        boolean open = true;
        while (open || cancel != NONE) {
            Response response = next(id);
            if (response.getId() == cancel) {
                cancel = NONE;
            } else if (response.getId() == id) {
                open = !response.getEnd();
                wanted = wanted && (response.hasDone() || reader.test(response));
                if (!wanted && open && cancel == NONE) {
                    cancel = cancel(id);
                }
            }
        }
    }

    /**
     * Ends the stream under way, or the next one where none is, as its reader does that has enough; what the card has
     * for it by then still arrives. Any thread.
     */
    public void endStream() throws IOException {
        synchronized (sending) {
            endWanted = true;
            if (streaming != NONE) {
                cancel(streaming);
            }
        }
    }

    private long begin(Request.Builder request) throws IOException {
        synchronized (sending) {
            streaming = send(request);
            if (endWanted) {
                cancel(streaming);
            }
            return streaming;
        }
    }

    private long cancel(long stream) throws IOException {
        return send(Request.newBuilder().setCancel(CancelRequest.newBuilder().setStream(stream)));
    }

    private long send(Request.Builder request) throws IOException {
        synchronized (sending) {
            return sendNext(request);
        }
    }

    private long sendNext(Request.Builder request) throws IOException {
        byte[] message = request.setId(++lastId).build().toByteArray();
        byte[] prefix = new byte[FrameLength.MAX_BYTES];
        int prefixLength = FrameLength.encode(message.length, prefix);
        ByteBuffer frame = ByteBuffer.allocate(prefixLength + message.length)
            .put(prefix, 0, prefixLength).put(message).flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
        return lastId;
    }

    /** The next response to any request; an error of this one is thrown, and the card's when it gives up: id 0. */
    private Response next(long id) throws CardRefusedException, IOException {
        Response response = Response.parseFrom(nextMessage());
        if (response.hasError() && (response.getId() == id || response.getId() == NONE)) {
            throw new CardRefusedException(response.getError());
        }
        return response;
    }

    private byte[] nextMessage() throws IOException {
        int next;
        do {
            next = in.read();
            if (next < 0) {
                throw new EOFException("the card ended the connection");
            }
        } while (!length.accept((byte)next));
        int expected = length.take();
        byte[] message = in.readNBytes(expected);
        if (message.length < expected) {
            throw new EOFException("the card ended the connection within a message");
        }
        return message;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
