package io.vfnic.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Packets VF to VF of one agent, beside DPDK's testpmd in the card's place. */
final class PacketRates implements Benchmark {
    private static final String SHORT = "64-byte frames VF to VF, one agent, against testpmd";
    private static final String LONG = "1,500-byte frames VF to VF, one agent, against testpmd";
    private static final String LARGE = "64 KiB TSO VF to VF, one agent, against testpmd";
    private static final Aim AS_MANY = Aim.ratioAtLeast(1);
    /** The share of a core that the baseline's thread must have had. */
    private static final double QUIET = 0.9;
    private static final String BASELINE =
        "baseline: testpmd between two vhost-user ports on one thread, loaded through virtio-user ports by another";

    @Override
    public String name() {
        return "packets";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(measureShort(scale));
        rows.add(measureLong(scale));
        rows.add(Row.notMeasured(LARGE, AS_MANY, "testpmd passes large sends on as they are, and cuts none"));
        rows.add(measureTrapped(scale));
        return rows;
    }

    private static Row measureShort(Scale scale) throws Exception {
        if (TestpmdSwitch.program() == null) {
            return absent(SHORT);
        }
        try (Scratch scratch = Scratch.create();
            LoadedCard card = start(scale, scratch, LoadedCard.SHORTEST_FRAME, "mmap");
            TestpmdSwitch dpdk = TestpmdSwitch.start(scale, scratch, LoadedCard.SHORTEST_FRAME)) {
            double[] packets = Turns.medians(scale, card::packetRate, dpdk::packetRate);
            return judge(SHORT, "packets/s", packets, dpdk.cpuShare());
        }
    }

    private static Row measureLong(Scale scale) throws Exception {
        if (TestpmdSwitch.program() == null) {
            return absent(LONG);
        }
        try (Scratch scratch = Scratch.create();
            LoadedCard card = start(scale, scratch, LoadedCard.LONGEST_FRAME, "mmap");
            TestpmdSwitch dpdk = TestpmdSwitch.start(scale, scratch, LoadedCard.LONGEST_FRAME)) {
            double[] bits = Turns.medians(scale, card::bitRate, dpdk::bitRate);
            return judge(LONG, "bit/s", bits, dpdk.cpuShare());
        }
    }

    /** On a machine with other work, a baseline that spins is slowed down far more than a card that sleeps. */
    private static Row judge(String what, String unit, double[] figures, double cpuShare) {
        boolean quiet = cpuShare >= QUIET;
        return Row.of(what, unit, figures[0], figures[1], quiet ? AS_MANY : null, String.format(Locale.ROOT,
            "%s, with %.0f %% of its core%s", BASELINE, cpuShare * 100, quiet ? "" :
            ": the machine was too busy for this baseline, and the row does not count"));
    }

    private static Row measureTrapped(Scale scale) throws Exception {
        try (Scratch scratch = Scratch.create();
            LoadedCard trapped = start(scale, scratch, LoadedCard.SHORTEST_FRAME, "trap");
            LoadedCard mapped = start(scale, scratch, LoadedCard.SHORTEST_FRAME, "mmap")) {
            double[] packets = Turns.medians(scale, trapped::packetRate, mapped::packetRate);
            return Row.of("64-byte frames VF to VF, doorbells trapped", "packets/s", packets[0], packets[1], null,
                "baseline: doorbells mapped, as in the other rows");
        }
    }

    private static LoadedCard start(Scale scale, Scratch scratch, int frame, String doorbell) throws Exception {
        return LoadedCard.start(
            scale, scratch.file("card-" + doorbell), 2, LoadedCard.plan(frame, 0), doorbell);
    }

    private static Row absent(String what) {
        return Row.notMeasured(what, AS_MANY, "no testpmd here");
    }
}
