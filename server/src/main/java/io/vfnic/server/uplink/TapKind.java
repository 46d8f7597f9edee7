package io.vfnic.server.uplink;

import java.io.IOException;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Interfaces;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.Tap;

/** {@code tap:NAME}: a tap interface of the host, which is made where it does not exist. */
final class TapKind implements UplinkKind {
    @Override
    public String form() {
        return "tap:NAME";
    }

    @Override
    public void check(String argument) {
        Interfaces.check(argument);
    }

    @Override
    public HostUplink open(String argument) throws IOException {
        return TapUplink.of(argument, openTap(argument));
    }

    /** Takes or makes the interface; the exception's message says what stands in the way, and the way out. */
    static Fd openTap(String name) throws IOException {
        Fd fd;
        try {
            fd = Tap.open();
        } catch (PosixException e) {
            throw new IOException("uplink tap:" + name + ": " + withoutDevice(e), e);
        }
        try {
            Tap.attach(fd, name);
        } catch (PosixException e) {
            fd.close();
            throw new IOException("uplink tap:" + name + ": " + withoutInterface(name, e), e);
        }
        try {
            Tap.setUp(fd);
            return fd;
        } catch (PosixException e) {
            fd.close();
            throw new IOException("uplink tap:" + name + ": this kernel is too old for it: " + e.getMessage(), e);
        }
    }

    private static String withoutDevice(PosixException e) {
        return switch (e.errno()) {
            case PosixErrno.ENOENT, PosixErrno.ENODEV, PosixErrno.ENXIO ->
                "there is no /dev/net/tun; load the kernel's " +
                "module (modprobe tun), and pass the device into a container (--device /dev/net/tun)";
            case PosixErrno.EACCES, PosixErrno.EPERM ->
                "this user may not open /dev/net/tun; give it access (chmod 0666 /dev/net/tun is Linux's own choice)";
            default -> e.getMessage();
        };
    }

    private static String withoutInterface(String name, PosixException e) {
        return switch (e.errno()) {
            case PosixErrno.EPERM -> Interfaces.index(name) == 0
                ? "there is no interface " + name +
                ", and this user may not make one; run as root: ip tuntap add dev " +
                    name + " mode tap user " + System.getProperty("user.name")
                : "interface " + name + " is another user's; run as root: ip tuntap del dev " + name +
                    " mode tap; ip tuntap add dev " + name + " mode tap user " + System.getProperty("user.name");
            case PosixErrno.EBUSY ->
                "interface " + name + " is in use by another process, another card perhaps; only " +
                "one can have it";
            case PosixErrno.EINVAL ->
                "interface " + name + " is no tap interface with a single queue; choose another " +
                "name, or make it anew with: ip tuntap add dev " + name + " mode tap";
            default -> e.getMessage();
        };
    }
}
