package io.vfnic.bench;

import java.util.List;

/** What one agent does for more VFs than two, beside what it does for two. */
final class VfCounts implements Benchmark {
    private static final Aim AIM = Aim.ratioAtLeast(0.8);

    @Override
    public String name() {
        return "vfs";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        try (Scratch scratch = Scratch.create();
            LoadedCard two = start(scale, scratch, 2);
            LoadedCard four = start(scale, scratch, 4);
            LoadedCard seven = start(scale, scratch, 7)) {
            double[] packets = Turns.medians(scale, two::packetRate, four::packetRate, seven::packetRate);
            return List.of(row(4, packets[1], packets[0]), row(7, packets[2], packets[0]));
        }
    }

    private static LoadedCard start(Scale scale, Scratch scratch, int vfs) throws Exception {
        return LoadedCard.start(
            scale, scratch.file("card" + vfs), vfs, LoadedCard.plan(LoadedCard.SHORTEST_FRAME, 0), "mmap");
    }

    private static Row row(int vfs, double packets, double ofTwo) {
        return Row.of("64-byte frames, " + vfs + " VFs on one agent", "packets/s", packets, ofTwo, AIM,
            "baseline: 2 VFs on one agent");
    }
}
