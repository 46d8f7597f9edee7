package io.vfnic.bench.guests;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vfnic.testkit.lab.Guest;

/**
 * Two interfaces, one in each of two guests, joined with each other and with nothing else. What is measured goes from
 * the first guest to the second.
 */
final class GuestLink {
    /** So much UDP payload makes the shortest frame: 14 + 20 + 8 + 18 + 4 = 64 bytes. */
    private static final int SMALL_PAYLOAD = 18;
    private static final double MILLIS_PER_SECOND = 1000;

    private final String name;
    private final Guest from;
    private final String target;

    private GuestLink(String name, Guest from, String target) {
        this.name = name;
        this.from = from;
        this.target = target;
    }

    /**
     * Gives both interfaces addresses in a network of their own and waits for their links.
     *
     * @param bus     the PCI bus that the device is alone on, the same in both guests.
     * @param driver  that is to drive it.
     * @param network a number no other link has, 0 to 255.
     * @throws AssertionError where another driver does, or there is no link.
     */
    static GuestLink up(String name, Guest from, Guest to, int bus, String driver, int network) {
        String target = address(network, 2);
        up(from, bus, driver, address(network, 1));
        up(to, bus, driver, target);
        from.check("ping -q -c 3 -i 0.1 -w 60 " + target);
        return new GuestLink(name, from, target);
    }

    private static String address(int network, int host) {
        return "10.9." + network + "." + host;
    }

    private static void up(Guest guest, int bus, String driver, String address) {
        guest.check("""
            device=/sys/bus/pci/devices/0000:%02x:00.0
            await() {
                n=0
                until "$@"; do n=$((n + 1)); [ $n -lt 600 ] || { dmesg | tail >&2; exit 1; }; sleep 0.1; done
            }
            nics() { ls -d $device/net/* $device/virtio*/net/* 2>/dev/null; }
            linked() { nics >/dev/null; nic=$(nics); [ -n "$nic" ]; }
            await linked
            nic=${nic##*/}
            driver=$(ethtool -i $nic | sed -n 's/^driver: //p')
            [ "$driver" = %s ] || { echo "bus %d is driven by $driver" >&2; exit 1; }
            ip address add %s/24 dev $nic && ip link set $nic up
            await grep -qs 1 /sys/class/net/$nic/carrier""".formatted(bus, driver, bus, address));
    }

    /** What is joined. */
    String name() {
        return name;
    }

    /** TCP payload that arrives, bit/s. */
    double tcp(int seconds) {
        JsonObject received = iperf("-t " + seconds).getAsJsonObject("sum_received");
        return received.get("bits_per_second").getAsDouble();
    }

    /** Datagrams that arrive, a second, where the sender sends as many as it can. */
    double datagrams(int seconds) {
        JsonObject received = iperf("-u -b 0 -l " + SMALL_PAYLOAD + " -t " + seconds).getAsJsonObject("sum_received");
        return received.get("bytes").getAsDouble() / SMALL_PAYLOAD / received.get("seconds").getAsDouble();
    }

    private JsonObject iperf(String arguments) {
        // The server may be busy with the end of the test before.
        String report = from.check("for i in $(seq 100); do report=$(iperf3 -J -i 0 -c " + target + " " + arguments
            + ") && break; sleep 0.1; done; echo \"$report\"");
        return JsonParser.parseString(report).getAsJsonObject().getAsJsonObject("end");
    }

    /** Median round trip of echo requests, 200 a second, in seconds. */
    double roundTrip(int pings) {
        String median = from.check("ping -i 0.005 -W 5 -c " + pings + " " + target
            + " | sed -n 's/.* time=\\([0-9.]*\\) ms$/\\1/p' | sort -n"
            + " | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'");
        return Double.parseDouble(median) / MILLIS_PER_SECOND;
    }
}
