package io.vfnic.it.support;

import java.util.Arrays;

/** How fast an interface sends, by its guest's own counter and clock. */
public final class SendingRate {
    private static final int SECONDS = 2;

    private SendingRate() {
    }

    /** The median of what so many samples of two seconds each show, Mbit/s of Ethernet frames. */
    public static double median(GuestNic nic, int samples) {
        String counter = "cat /sys/class/net/" + nic.name() + "/statistics/tx_bytes";
        String output = nic.guest().check("for i in $(seq " + (samples + 1) + "); do"
            + " echo $(cut -d' ' -f1 /proc/uptime) $(" + nic.inItsNamespace(counter) + "); sleep " + SECONDS +
            "; done |"
            + " awk 'NR > 1 { print ($2 - bytes) * 8 / ($1 - time) / 1000000 } { time = $1; bytes = $2 }'");
        double[] rates = output.lines().mapToDouble(Double::parseDouble).toArray();
        Arrays.sort(rates);
        System.err.println("Mbit/s sent by " + nic + ": " + Arrays.toString(rates));
        return rates[rates.length / 2];
    }
}
