package io.vfnic.bench;

import io.vfnic.bench.guests.GuestBenchmark;
import java.util.List;

/** All benchmarks, in the order of the table. */
final class Benchmarks {
    private Benchmarks() {
    }

    static List<Benchmark> all() {
        return List.of(new RegisterReads(), new PacketRates(), new ByteRates(), new VfCounts(), new Allocation(),
            new GuestBenchmark(), new Footprint());
    }
}
