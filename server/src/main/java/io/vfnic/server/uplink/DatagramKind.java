package io.vfnic.server.uplink;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.uplink.unix.DatagramExchange;
import io.vfnic.server.uplink.unix.DatagramSource;

/** {@code dgram:LOCAL,REMOTE}: a frame a datagram between Unix sockets, as QEMU's {@code -netdev dgram} does it. */
final class DatagramKind implements UplinkKind {
    @Override
    public String form() {
        return "dgram:LOCAL,REMOTE";
    }

    @Override
    public void check(String argument) {
        String[] paths = paths(argument);
        SocketPaths.check(paths[0]);
        SocketPaths.check(paths[1]);
        if (Path.of(paths[0]).toAbsolutePath().normalize().equals(Path.of(paths[1]).toAbsolutePath().normalize())) {
            throw new IllegalArgumentException("a socket is not its own peer: LOCAL and REMOTE are to differ");
        }
    }

    @Override
    public HostUplink open(String argument) throws IOException {
        String[] paths = paths(argument);
        return new PeerUplink("dgram:" + argument, new DatagramExchange(),
            new DatagramSource(Path.of(paths[0]), Path.of(paths[1])));
    }

    private static String[] paths(String argument) {
        String[] paths = argument.split(",", -1);
        if (paths.length != 2) {
            throw new IllegalArgumentException("two paths are needed, with a comma between them: the socket of this " +
                "card and that of its peer");
        }
        return paths;
    }
}
