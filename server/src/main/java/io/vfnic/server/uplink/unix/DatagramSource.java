package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.server.transport.SocketFile;

/**
 * A peer that is bound to one path, reached from a socket that is bound to another. It is there as long as the path
 * leads to a socket that somebody has open; since nothing tells of its end, it is looked for again and again.
 */
public final class DatagramSource implements PeerSource {
    private static final long CHECK_NANOS = 200_000_000L;

    private final Fd socket;
    private final SocketFile local;
    private final Path remote;

    /** @throws IOException with a message for users, where the local path cannot be had. */
    public DatagramSource(Path local, Path remote) throws IOException {
        this.remote = remote;
        socket = UnixSockets.openDatagram(true);
        try {
            this.local = SocketFile.bind(socket, local);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public Peer seek() throws IOException {
        UnixSockets.connect(socket, remote);
        return new Peer(socket, remote.toString());
    }

    @Override
    public void attend(Peer peer) {
        try {
            UnixSockets.connect(socket, remote);
        } catch (IOException e) {
            peer.lose(e.getMessage());
        }
    }

    @Override
    public long attendNanos() {
        return CHECK_NANOS;
    }

    @Override
    public void release(Peer peer) {
        // The next one has the same socket.
    }

    @Override
    public Fd bell() {
        return null;
    }

    @Override
    public void close() {
        socket.close();
        local.close();
    }
}
