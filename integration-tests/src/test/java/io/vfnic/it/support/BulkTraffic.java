package io.vfnic.it.support;

import io.vfnic.testkit.lab.Guest;

/** A TCP stream as fast as it will go from one guest to another, to have a card busy when something happens to it. */
public final class BulkTraffic {
    private static final int PORT = 9000;

    private BulkTraffic() {
    }

    /**
     * Starts a stream that ends with one of its guests, or with {@link #end}; returns once a megabyte has arrived.
     * Guests take one stream each way at most.
     */
    public static void start(GuestNic from, GuestNic to, String target) {
        String received = "/sys/class/net/" + to.name() + "/statistics/rx_bytes";
        long before = Long.parseLong(to.check("cat " + received));
        to.start("socat -u TCP-LISTEN:" + PORT + ",reuseaddr OPEN:/dev/null");
        GuestNic.await(to.guest(), to.inItsNamespace("ss -Hltn sport = :" + PORT) + " | grep -q LISTEN");
        from.start("socat -u OPEN:/dev/zero TCP:" + target + ":" + PORT);
        GuestNic.await(to.guest(),
            "[ $(" + to.inItsNamespace("cat " + received) + ") -gt " + (before + 1_000_000) + " ]");
    }

    /** Ends all streams of a guest, at its side. */
    public static void end(Guest guest) {
        guest.run("killall -KILL socat");
    }
}
