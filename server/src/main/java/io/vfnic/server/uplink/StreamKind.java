package io.vfnic.server.uplink;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.uplink.unix.PeerSource;
import io.vfnic.server.uplink.unix.StreamClient;
import io.vfnic.server.uplink.unix.StreamExchange;
import io.vfnic.server.uplink.unix.StreamServer;

/** {@code stream:PATH[,server]}: frames on a Unix stream socket, as QEMU's {@code -netdev stream} and passt do it. */
final class StreamKind implements UplinkKind {
    private static final String SERVER = ",server";

    @Override
    public String form() {
        return "stream:PATH[,server]";
    }

    @Override
    public void check(String argument) {
        SocketPaths.check(path(argument));
    }

    @Override
    public HostUplink open(String argument) throws IOException {
        Path path = Path.of(path(argument));
        PeerSource source = argument.endsWith(SERVER) ? new StreamServer(path) : new StreamClient(path);
        return new PeerUplink("stream:" + argument, new StreamExchange(), source);
    }

    private static String path(String argument) {
        return argument.endsWith(SERVER) ? argument.substring(0, argument.length() - SERVER.length()) : argument;
    }
}
