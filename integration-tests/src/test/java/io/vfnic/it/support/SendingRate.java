package io.vfnic.it.support;

import java.util.List;
import java.util.stream.Stream;

/**
 * How fast an interface sends, by its guest's own counter and clock, Mbit/s of Ethernet frames. A guest that is held up
 * between the look at the one and the look at the other does not know better than from {@code least} to {@code most}.
 *
 * @param least no more than it sends in truth.
 * @param most  no less than that.
 */
public record SendingRate(double least, double most) {
    private static final int SECONDS = 2;

    /** The medians of what so many samples of two seconds each show. */
    public static SendingRate of(GuestNic nic, int samples) {
        String counter = "cat /sys/class/net/" + nic.name() + "/statistics/tx_bytes";
        String uptime = "$(cut -d' ' -f1 /proc/uptime)";
        String output = nic.guest().check("for i in $(seq " + (samples + 1) + "); do"
            + " echo " + uptime + " $(" + nic.inItsNamespace(counter) + ") " + uptime + "; sleep " + SECONDS
            + "; done | awk 'NR > 1 { bits = ($2 - bytes) * 8 / 1000000;"
            + " print bits / ($3 - began), bits / ($1 - ended) } { began = $1; bytes = $2; ended = $3 }'");
        List<double[]> rates = output.lines()
            .map(line -> Stream.of(line.split(" ")).mapToDouble(Double::parseDouble).toArray()).toList();
        System.err.println("Mbit/s sent by " + nic + ": " + String.join("; ", output.lines().toList()));
        return new SendingRate(median(rates, 0), median(rates, 1));
    }

    private static double median(List<double[]> rates, int column) {
        return rates.stream().mapToDouble(rate -> rate[column]).sorted().skip(rates.size() / 2).findFirst()
            .orElseThrow();
    }
}
