package io.vfnic.server.transport;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.SocketOwner;
import io.vfnic.server.posix.UnixSockets;

/**
 * The file that a Unix socket is bound to, for its owner's user only (mode 0600). Replaces the file that a program left
 * behind which was killed, but never takes the place of one that lives.
 */
public final class SocketFile implements AutoCloseable {
    private static final int FILE_TYPE_MASK = 0xF000;
    private static final int FILE_TYPE_SOCKET = 0xC000;

    private final Path path;
    private final Object key;

    private SocketFile(Path path, Object key) {
        this.path = path;
        this.key = key;
    }

    /**
     * Binds a socket to a path.
     *
     * @throws IOException with a message for users: the path is in use, is something else than a socket, or cannot be
     *                     created.
     */
    public static SocketFile bind(Fd socket, Path path) throws IOException {
        removeStale(path);
        socket.restrictToOwner();
        try {
            UnixSockets.bind(socket, path);
        } catch (PosixException e) {
            throw new FileSystemException(path.toString(), null, switch (e.errno()) {
                case PosixErrno.ENOENT, PosixErrno.ENOTDIR ->
                    "there is no such directory; make it, or choose another path";
                case PosixErrno.EACCES, PosixErrno.EPERM ->
                    "this user may not make a socket in that directory; choose one that it may write to";
                default -> e.getMessage();
            });
        }
        return new SocketFile(path, key(path));
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (int)Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE_MASK) != FILE_TYPE_SOCKET) {
            throw new FileSystemException(path.toString(), null, "exists and is not a socket; move it away");
        }
        if (isBound(path)) {
            throw new FileSystemException(path.toString(), null, "in use by " +
                SocketOwner.of(path).map(pid -> "process " + pid).orElse("another process") +
                "; stop that one, or choose another path or directory");
        }
        Files.delete(path);
    }

    private static boolean isBound(Path path) throws IOException {
        try {
            return UnixSockets.isBound(path);
        } catch (PosixException e) {
            throw new FileSystemException(path.toString(), null, "may be in use: " + e.getMessage());
        }
    }

    private static Object key(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    public Path path() {
        return path;
    }

    /** Removes the file, unless another one is in its place; to be called when the socket is closed. */
    @Override
    public void close() {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key(path).equals(key)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // A file that stays behind is stale: the next one to come replaces it.
        }
    }
}
