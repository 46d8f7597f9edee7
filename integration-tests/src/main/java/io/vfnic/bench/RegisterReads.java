package io.vfnic.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Checkout;

/** The round trip of a register read, beside a C program that answers as many bytes and does nothing else. */
final class RegisterReads implements Benchmark {
    private static final int READS = 20_000;
    private static final int WARM_UP_ROUNDS = 3;
    private static final String POLLING = "4-byte register read round trip, busy polling";
    private static final String BUSY_POLL = "--busy-poll";

    @Override
    public String name() {
        return "read";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(measure(scale, "4-byte register read round trip, blocking", Aim.ratioAtMost(1.1), false));
        Aim aim = Aim.ratioAtMost(1.2);
        rows.add(offersBusyPolling() ? measure(scale, POLLING, aim, true, BUSY_POLL + "=1") :
            Row.notMeasured(POLLING, aim, "vfnic serve has no " + BUSY_POLL));
        return rows;
    }

    private static boolean offersBusyPolling() throws IOException {
        Process help = new ProcessBuilder(Checkout.find().file("server/bin/vfnic").toString(), "serve", "--help")
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains(BUSY_POLL);
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
                    ours.medianNanos(reads, scale.roundNanos());
                    theirs.medianNanos(reads, scale.roundNanos());
                }
                double[] nanos = Turns.medians(scale,
                    () -> ours.medianNanos(reads, scale.roundNanos()),
                    () -> theirs.medianNanos(reads, scale.roundNanos()));
                return Row.of(what, "s", nanos[0] / 1e9, nanos[1] / 1e9, aim,
                    "baseline: a C program that answers as many bytes over a Unix socket");
            }
        }
    }
}
