package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;

/** Connects to a peer that listens at a path. */
public final class StreamClient implements PeerSource {
    private final Path path;

    public StreamClient(Path path) {
        this.path = path;
    }

    @Override
    public Peer seek() throws IOException {
        Fd socket = UnixSockets.open(true);
        try {
            UnixSockets.connect(socket, path);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return Peer.process(socket);
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
    }
}
