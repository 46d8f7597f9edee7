package io.vfnic.server.uplink;

import java.io.IOException;

import io.vfnic.server.posix.Interfaces;
import io.vfnic.server.posix.PacketSocket;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;

/** {@code packet:IFACE}: an existing interface of the host, one end of a veth pair for example. */
final class PacketKind implements UplinkKind {
    @Override
    public String form() {
        return "packet:IFACE";
    }

    @Override
    public void check(String argument) {
        Interfaces.check(argument);
    }

    @Override
    public HostUplink open(String argument) throws IOException {
        PacketSocket socket;
        try {
            socket = PacketSocket.open();
        } catch (PosixException e) {
            throw new IOException("uplink packet:" + argument + ": " + (e.errno() == PosixErrno.EPERM
                ? "this user may not open packet sockets; run as root or with the capability CAP_NET_RAW"
                : "this kernel is too old for it: " + e.getMessage()), e);
        }
        try {
            int index = Interfaces.index(argument);
            if (index == 0) {
                throw new IOException("uplink packet:" + argument + ": there is no interface " + argument +
                    "; 'ip link' shows those that there are");
            }
            socket.bind(index);
            return new PacketUplink(argument, socket, index);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
