package io.vfnic.it;

import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;

/**
 * A guest with one Virtual Function, up and addressed.
 *
 * @param guest   the guest
 * @param nic     the name of its interface
 * @param address its IPv4 address, in a /24
 */
record Endpoint(Guest guest, String nic, String address) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Finds the interface that igbvf made, addresses it (number n: 10.0.0.n and fd00::n) and waits for its link. */
    static Endpoint bringUp(Guest guest, int number) {
        String nic = guest.check("cd /sys/bus/pci/drivers/igbvf && set -- */net/* && echo ${1##*/}");
        Endpoint endpoint = new Endpoint(guest, nic, "10.0.0." + number);
        guest.check("ip address add " + endpoint.address + "/24 dev " + nic
            + " && ip address add fd00::" + number + "/64 nodad dev " + nic
            + " && ip link set " + nic + " up");
        endpoint.awaitLink();
        return endpoint;
    }

    /** Waits until the driver reports carrier. */
    void awaitLink() {
        guest.check("n=0; until [ \"$(cat /sys/class/net/" + nic + "/carrier)\" = 1 ]; do"
            + " n=$((n + 1)); [ $n -lt 600 ] || { dmesg | tail -n 20 >&2; exit 1; }; sleep 0.1; done");
    }

    String mac() {
        return guest.check("cat /sys/class/net/" + nic + "/address");
    }

    /** One of the interface's counters, as Linux keeps them in {@code statistics/}. */
    long counter(String name) {
        return Long.parseLong(guest.check("cat /sys/class/net/" + nic + "/statistics/" + name));
    }

    /** Makes a file of random content and returns its SHA-256. */
    String makeFile(String path, int mebibytes) {
        return guest.check("dd if=/dev/urandom of=" + path + " bs=1M count=" + mebibytes + " 2>/dev/null"
            + " && sha256sum < " + path);
    }

    /** Starts to receive one file; {@code listener} is a socat address without its options. */
    RunningCommand receive(String listener, String path) {
        return guest.start("socat -u " + listener + ",reuseaddr OPEN:" + path + ",creat,trunc");
    }

    /** Starts to send a file; {@code destination} is a socat address without its options. */
    RunningCommand send(String path, String destination) {
        return guest.start("socat -u OPEN:" + path + " " + destination + ",retry=100,interval=0.1");
    }

    /** Waits for both ends of a transfer, which must have succeeded, and returns the SHA-256 of what arrived. */
    String finish(RunningCommand sender, RunningCommand receiver, String path) {
        sender.await(PATIENCE).orFail();
        receiver.await(PATIENCE).orFail();
        return guest.check("sha256sum < " + path);
    }
}
