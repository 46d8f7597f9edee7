package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Poll;
import io.vfnic.server.posix.UnixSockets;

/** Connects to a peer that listens at a path. */
public final class StreamClient implements PeerSource {
    /** Who turns others away does so at once. */
    private static final long DOUBT_NANOS = 50_000_000L;

    private final Path path;
    private final Poll poll = new Poll(1);

    public StreamClient(Path path) {
        this.path = path;
    }

    @Override
    public Peer seek() throws IOException {
        Fd socket = UnixSockets.open(true);
        try {
            UnixSockets.connect(socket, path);
            if (isTurnedAway(socket)) {
                throw new IOException("connect to " + path + ": process " + UnixSockets.peer(socket).pid() +
                    " closes the connection at once; it may have a peer already");
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return Peer.process(socket);
    }

    /** A link that came and went with each attempt would be worse than one that comes a moment later. */
    private boolean isTurnedAway(Fd socket) {
        poll.watch(0, socket, 0);
        poll.await(DOUBT_NANOS);
        return poll.happened(0);
    }

    @Override
    public void attend(Peer peer) {
        // Who receives from it notices when it goes.
    }

    @Override
    public long attendNanos() {
        return NEVER;
    }

    @Override
    public void release(Peer peer) {
        peer.fd().close();
    }

    @Override
    public Fd bell() {
        return null;
    }

    @Override
    public void close() {
        // Its peers are released one by one.
        poll.close();
    }
}
