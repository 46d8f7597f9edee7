package io.vfnic.server.transport;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.UnixSockets;

/**
 * A Unix socket that listens at a path, for its owner's user only (mode 0600). Replaces the file that a server left
 * behind which was killed, but never takes the place of one that lives.
 */
public final class ListeningSocket implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int FILE_TYPE_MASK = 0xF000;
    private static final int FILE_TYPE_SOCKET = 0xC000;

    private final Fd fd;
    private final Path path;
    private final Object fileKey;

    private ListeningSocket(Fd fd, Path path, Object fileKey) {
        this.fd = fd;
        this.path = path;
        this.fileKey = fileKey;
    }

    /**
     * Listens from now on.
     *
     * @throws IOException with a message for users: the path is in use, is something else than a socket, or cannot be
     *                     created.
     */
    public static ListeningSocket open(Path path) throws IOException {
        removeStale(path);
        Fd fd = UnixSockets.open(true);
        try {
            UnixSockets.bind(fd, path);
            // Nobody can connect before listen(), so there is no moment at which others get in.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            UnixSockets.listen(fd, BACKLOG);
            return new ListeningSocket(fd, path, fileKey(path));
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (int)Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE_MASK) != FILE_TYPE_SOCKET) {
            throw new FileSystemException(path.toString(), null, "exists and is not a socket; move it away");
        }
        try (Fd probe = UnixSockets.open(true)) {
            UnixSockets.connect(probe, path);
            throw new FileSystemException(path.toString(), null, "in use by process " + UnixSockets.peer(probe).pid() +
                "; stop that one or choose another directory");
        } catch (PosixException e) {
            if (e.errno() == PosixErrno.ECONNREFUSED) {
                Files.delete(path);
            } else {
                // EAGAIN, for example: somebody listens, but has no time.
                throw new FileSystemException(path.toString(), null, "may be in use: " + e.getMessage());
            }
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    Fd fd() {
        return fd;
    }

    public Path path() {
        return path;
    }

    /** Stops listening and removes the socket's file, unless another one is in its place. */
    @Override
    public void close() {
        if (!fd.isOpen()) {
            return;
        }
        fd.close();
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && fileKey(path).equals(fileKey)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // A file that stays behind is stale: the next server replaces it.
        }
    }
}
