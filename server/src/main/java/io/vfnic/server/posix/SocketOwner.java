package io.vfnic.server.posix;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the process that has a Unix socket, by what Linux tells of sockets and of processes (proc(5): net/unix,
 * [pid]/fd), without the process' noticing. Looks at every process that this user may look into.
 */
public final class SocketOwner {
    private static final Path PROC = Path.of("/proc");
    private static final String PROCESSES = "[0-9]*";
    /** A line of net/unix: address, references, protocol, flags, type, state, inode, path. */
    private static final int FIELDS = 8;
    private static final int INODE = 6;
    private static final int PATH = 7;

    private SocketOwner() {
    }

    /**
     * The process that has the socket that is bound to a path.
     *
     * @return empty where it is another user's, in another namespace of processes or networks, or bound to the path by
     *         another name.
     */
    public static Optional<Integer> of(Path path) {
        try {
            List<String> sockets = inodes(path).map(inode -> "socket:[" + inode + "]").toList();
            return sockets.isEmpty() ? Optional.empty() : processWith(sockets);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Stream<String> inodes(Path path) throws IOException {
        return Files.readAllLines(PROC.resolve("net/unix")).stream()
            .map(line -> line.trim().split(" +", FIELDS))
            .filter(fields -> fields.length == FIELDS && isSame(fields[PATH], path))
            .map(fields -> fields[INODE]);
    }

    private static boolean isSame(String bound, Path path) {
        return bound.equals(path.toString()) || bound.equals(path.toAbsolutePath().toString());
    }

    private static Optional<Integer> processWith(List<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, PROCESSES)) {
            for (Path process : processes) {
                if (has(process, sockets)) {
                    return Optional.of(Integer.valueOf(process.getFileName().toString()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean has(Path process, List<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // Another user's, or gone.
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }
}
