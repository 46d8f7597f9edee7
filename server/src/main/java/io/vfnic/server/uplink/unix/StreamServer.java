package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.nio.file.Path;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Poll;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.server.transport.ListeningSocket;

/** Listens at a path for one peer at a time. */
public final class StreamServer implements PeerSource {
    private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

    private final ListeningSocket listening;
    private final Poll poll = new Poll(1);

    /** @throws IOException with a message for users, where the path cannot be had. */
    public StreamServer(Path path) throws IOException {
        listening = ListeningSocket.open(path);
    }

    @Override
    public Peer seek() throws IOException {
        Fd socket = UnixSockets.accept(listening.fd());
        return socket == null ? null : Peer.process(socket);
    }

    /** Turns others away, unless the peer is gone and they have come in its place. */
    @Override
    public void attend(Peer peer) throws IOException {
        if (isGone(peer)) {
            peer.lose("it closed the connection");
            return;
        }
        try (Fd other = UnixSockets.accept(listening.fd())) {
            if (other != null) {
                LOG.warn("turned process {} away: at {}, {} is connected already", UnixSockets.peer(other).pid(),
                    listening.path(), peer);
            }
        }
    }

    private boolean isGone(Peer peer) {
        poll.watch(0, peer.fd(), 0);
        poll.await(0);
        return poll.happened(0);
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
        return listening.fd();
    }

    @Override
    public void close() {
        listening.close();
        poll.close();
    }
}
