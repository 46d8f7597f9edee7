package io.vfnic.server.uplink;

import java.nio.charset.StandardCharsets;

import io.vfnic.server.posix.UnixSockets;

/** Looks at the paths that users give to sockets. */
final class SocketPaths {
    private SocketPaths() {
    }

    /** @throws IllegalArgumentException with a message for users. */
    static void check(String path) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("the path of a socket is missing");
        }
        if (path.indexOf(',') >= 0) {
            throw new IllegalArgumentException("the path '" + path + "' has a comma, behind which only 'server' is " +
                "known");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > UnixSockets.MAX_PATH_LENGTH) {
            throw new IllegalArgumentException("the path of a Unix socket has at most " + UnixSockets.MAX_PATH_LENGTH +
                " bytes; choose a shorter one than " + path);
        }
    }
}
