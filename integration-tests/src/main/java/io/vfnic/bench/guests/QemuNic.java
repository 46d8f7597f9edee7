package io.vfnic.bench.guests;

import java.nio.file.Path;
import java.util.List;

/** A NIC that QEMU has itself; a pair of them, one in each guest, is joined by a stream socket. */
enum QemuNic {
    IGB("igb", "igb"),
    E1000E("e1000e", "e1000e"),
    VIRTIO_NET("virtio-net-pci", "virtio_net");

    /** Milliseconds after which the guest that connects tries again, where the other one does not listen yet. */
    private static final int RECONNECT_MILLIS = 100;

    private final String device;
    private final String driver;

    QemuNic(String device, String driver) {
        this.device = device;
        this.driver = driver;
    }

    /** What Linux calls its driver. */
    String driver() {
        return driver;
    }

    /** What QEMU calls the device. */
    String device() {
        return device;
    }

    /**
     * QEMU's arguments for this NIC in the spare root port of its ordinal.
     *
     * @param directory where the socket is, which both guests see.
     * @param listens   whether this guest's end of the socket listens, which one of the two has to do.
     */
    List<String> arguments(Path directory, boolean listens) {
        String backend = "stream,id=%s,addr.type=unix,addr.path=%s,server=%s".formatted(
            device, directory.resolve(device + ".sock"),
            listens ? "on" : "off,reconnect-ms=" + RECONNECT_MILLIS);
        String frontend = "%s,netdev=%s,bus=spare%d,mac=52:54:00:00:%02x:%02x".formatted(
            device, device, ordinal(), ordinal(), listens ? 1 : 2);
        return List.of("-netdev", backend, "-device", frontend);
    }
}
