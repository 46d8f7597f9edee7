package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

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
    /** Who was turned away while this peer was there, and is not told of again: a card comes back every second. */
    private final Set<Integer> turnedAway = new HashSet<>();
    private Peer occupant;

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
                tell(UnixSockets.peer(other).pid(), peer);
            }
        }
    }

    private void tell(int process, Peer peer) {
        if (peer != occupant) {
            occupant = peer;
            turnedAway.clear();
        }
        if (turnedAway.add(process)) {
            LOG.warn("turned process {} away: at {}, {} is connected already", process, listening.path(), peer);
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
