package io.vfnic.it.support;

import io.vfnic.testkit.lab.CommandResult;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.RunningCommand;
import java.nio.file.Path;

/** An interface that igbvf or, for a PF, igb drives in a guest. Its commands run in the network namespace it is in. */
public final class GuestNic {
    private final Guest guest;
    private final String name;
    private final String prefix;

    private GuestNic(Guest guest, String name, String prefix) {
        this.guest = guest;
        this.name = name;
        this.prefix = prefix;
    }

    /** The interface of the function alone on a PCI bus, once igbvf has made one. The first socket's bus is 1. */
    public static GuestNic onBus(Guest guest, int bus) {
        return drivenBy("igbvf", guest, bus);
    }

    /** The interface of a PF, once igb has made one; {@code bus} as in {@link #onBus}. */
    public static GuestNic ofPf(Guest guest, int bus) {
        return drivenBy("igb", guest, bus);
    }

    /** The interface of any other device alone on a PCI bus, once its driver has made one. */
    public static GuestNic drivenBy(String driver, Guest guest, int bus) {
        String device = pciDevice(bus);
        await(guest, "ls " + device + "/net/* && readlink " + device + "/driver | grep -q '/" + driver + "$'");
        return new GuestNic(guest, guest.check("ls " + device + "/net"), "");
    }

    /** Hot-plugs the function that listens on a socket, and waits for its interface. */
    public static GuestNic plug(Guest guest, Path socket) {
        String id = guest.plug(socket);
        int port = Integer.parseInt(id.replaceAll("\\D+", ""));
        return onBus(guest, guest.spec().sockets().size() + port + 1);
    }

    /** The directory in a guest's sysfs of the function alone on a PCI bus. */
    public static String pciDevice(int bus) {
        return "/sys/bus/pci/devices/0000:%02x:00.0".formatted(bus);
    }

    /** Waits until a shell command succeeds in a guest. */
    public static void await(Guest guest, String condition) {
        guest.check("n=0; until { " + condition + "; } >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 600 ] ||"
            + " { echo 'never came true' >&2; ip address >&2; dmesg | tail -n 30 >&2; exit 1; }; sleep 0.1; done");
    }

    /** The same interface, put into a network namespace of its own: nothing local can short-cut its traffic then. */
    public GuestNic inNamespace(String namespace) {
        guest.check("ip netns add " + namespace + " && ip link set " + name + " netns " + namespace
            + " && ip -n " + namespace + " link set lo up");
        return new GuestNic(guest, name, "ip netns exec " + namespace + " ");
    }

    /** A device that the guest made on top of this one. */
    public GuestNic upper(String device) {
        return new GuestNic(guest, device, prefix);
    }

    /** A device in another network namespace of the same guest. */
    public GuestNic elsewhere(String namespace, String device) {
        return new GuestNic(guest, device, "ip netns exec " + namespace + " ");
    }

    /** Gives it an address with prefix length, and waits for its link. */
    public GuestNic up(String address) {
        check("ip address add " + address + " dev " + name + " nodad");
        return up();
    }

    /** Sets it up and waits for its link. */
    public GuestNic up() {
        check("ip link set " + name + " up");
        await(guest, prefix + "cat /sys/class/net/" + name + "/carrier | grep -q 1");
        return this;
    }

    /** Sets the MTU, bytes of IP. */
    public GuestNic mtu(int bytes) {
        check("ip link set " + name + " mtu " + bytes);
        await(guest, prefix + "cat /sys/class/net/" + name + "/carrier | grep -q 1");
        return this;
    }

    /** Insists on answers to three echo requests; the first may wait for the neighbour to be found. */
    public void ping(String target) {
        check("ping -c 3 -i 0.1 -w 60 " + target);
    }

    /** The MAC address as the guest sees it. */
    public String mac() {
        return check("cat /sys/class/net/" + name + "/address");
    }

    /** One of the counters that {@code ethtool -S} shows. */
    public long statistic(String counter) {
        return Long.parseLong(check("ethtool -S " + name + " | awk '$1 == \"" + counter + ":\" { print $2 }'"));
    }

    /** Runs one command, no shell list, that has to succeed. */
    public String check(String command) {
        return guest.check(prefix + command);
    }

    /** Runs one command, no shell list. */
    public CommandResult run(String command) {
        return guest.run(prefix + command);
    }

    /** Starts one command, no shell list. */
    public RunningCommand start(String command) {
        return guest.start("exec " + prefix + command);
    }

    /** A command as a shell in the guest has to call it so that it runs in the interface's namespace. */
    public String inItsNamespace(String command) {
        return prefix + command;
    }

    /** The guest. */
    public Guest guest() {
        return guest;
    }

    /** The name of the interface in the guest. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return guest.spec().name() + ":" + name;
    }
}
