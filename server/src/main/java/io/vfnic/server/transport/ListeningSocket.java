package io.vfnic.server.transport;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;

/**
 * A Unix socket that listens at a path, for its owner's user only (mode 0600). Replaces the file that a server left
 * behind which was killed, but never takes the place of one that lives.
 */
public final class ListeningSocket implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final Fd fd;
    private final SocketFile file;

    private ListeningSocket(Fd fd, SocketFile file) {
        this.fd = fd;
        this.file = file;
    }

    /**
     * Listens from now on.
     *
     * @throws IOException with a message for users: the path is in use, is something else than a socket, or cannot be
     *                     created.
     */
    public static ListeningSocket open(Path path) throws IOException {
        Fd fd = UnixSockets.open(true);
        try {
            SocketFile file = SocketFile.bind(fd, path);
            UnixSockets.listen(fd, BACKLOG);
            return new ListeningSocket(fd, file);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** The socket, still owned by this object. */
    public Fd fd() {
        return fd;
    }

    public Path path() {
        return file.path();
    }

    /** Stops listening and removes the socket's file, unless another one is in its place. */
    @Override
    public void close() {
        if (fd.isOpen()) {
            fd.close();
            file.close();
        }
    }
}
