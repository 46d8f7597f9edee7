package io.vfnic.bench;

import java.util.ArrayList;
import java.util.List;

import io.vfnic.testkit.lab.CardProcess;

/** The round trip of a register read, beside a C program that answers as many bytes and does nothing else. */
final class RegisterReads implements Benchmark {
    private static final int READS = 20_000;
    private static final int WARM_UP_ROUNDS = 3;

    @Override
    public String name() {
        return "read";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(measure(scale, "4-byte register read round trip, blocking", Aim.ratioAtMost(1.1), false));
        return rows;
    }

    private static Row measure(Scale scale, String what, Aim aim, boolean busy, String... options) throws Exception {
        int reads = scale.count(READS, 200);
        try (Scratch scratch = Scratch.create();
            CProgram baseline = CProgram.start(
                scratch, "register_reads", scratch.file("c.sock"), busy ? "busy" : "wait");
            CardProcess card = CardProcess.start(scratch.file("card"), 1, options)) {
            baseline.answer();
            try (RegisterReader ours = new RegisterReader(card.vf(0), busy);
                RegisterReader theirs = new RegisterReader(scratch.file("c.sock"), busy)) {
                for (int i = 0; i < scale.count(WARM_UP_ROUNDS, 1); i++) {
                    ours.medianNanos(reads);
                    theirs.medianNanos(reads);
                }
                double[] nanos = Turns.medians(scale,
                    () -> ours.medianNanos(reads), () -> theirs.medianNanos(reads));
                return Row.of(what, "s", nanos[0] / 1e9, nanos[1] / 1e9, aim,
                    "baseline: a C program that answers as many bytes over a Unix socket");
            }
        }
    }
}
