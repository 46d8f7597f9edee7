package io.vfnic.load;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.google.gson.GsonBuilder;

/** What was measured, for people and for programs. */
final class LoadReport {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Says under which conditions the figures are to be read. */
    LoadReport with(String name, Object value) {
        values.put(name, value);
        return this;
    }

    /** Adds the rounds' rates; the median round stands for them all. */
    LoadReport throughput(List<Throughput> rounds) {
        double[] packets = rounds.stream().mapToDouble(Throughput::packetRate).sorted().toArray();
        double[] bits = rounds.stream().mapToDouble(Throughput::bitRate).sorted().toArray();
        with("packets_per_second", Math.round(packets[packets.length / 2]));
        with("packets_per_second_lowest", Math.round(packets[0]));
        with("packets_per_second_highest", Math.round(packets[packets.length - 1]));
        with("bits_per_second", Math.round(bits[bits.length / 2]));
        return this;
    }

    /** Adds the round trips' times; sorts them. */
    LoadReport latency(long[] roundTripNanos) {
        Arrays.sort(roundTripNanos);
        for (double percentile : PERCENTILES) {
            int index = (int)Math.min(roundTripNanos.length - 1L, Math.round(roundTripNanos.length * percentile / 100));
            with(String.format(Locale.ROOT, "round_trip_microseconds_p%s", percentile), roundTripNanos[index] / 1000.0);
        }
        with("round_trip_microseconds_max", roundTripNanos[roundTripNanos.length - 1] / 1000.0);
        return this;
    }

    void print(PrintWriter out) {
        values.forEach((name, value) -> out.printf(Locale.ROOT, "%-36s %s%n", name.replace('_', ' '),
            value instanceof Long number ? String.format(Locale.ROOT, "%,d", number) : value));
        out.flush();
    }

    String json() {
        return new GsonBuilder().setPrettyPrinting().create().toJson(values);
    }
}
