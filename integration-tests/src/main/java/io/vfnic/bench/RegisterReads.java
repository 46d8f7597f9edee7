package io.vfnic.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import io.vfnic.server.posix.CurrentThread;
import io.vfnic.testkit.lab.CardProcess;

/**
 * The round trip of a register read, beside a C program that answers as many bytes and does nothing else. Client and
 * servers are bound to CPUs, both servers to the same one: a scheduler that puts one beside the client and the other
 * one on a CPU that sleeps makes a difference of ten times, which is none of theirs.
 */
final class RegisterReads implements Benchmark {
    private static final int READS = 20_000;
    private static final int WARM_UP_ROUNDS = 3;
    private static final String BLOCKING = "4-byte register read round trip, blocking";
    private static final String ACROSS = "the same, from another CPU, which sleeps meanwhile";
    private static final String POLLING = "4-byte register read round trip, busy polling";
    private static final String BUSY_POLL = "--busy-poll";
    private static final int SERVER_CPU = 0;
    private static final int OTHER_CPU = 1;

    @Override
    public String name() {
        return "read";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(measure(scale, BLOCKING, Aim.ratioAtMost(1.1), SERVER_CPU, false));
        if (Runtime.getRuntime().availableProcessors() > 1) {
            rows.add(measure(scale, ACROSS, Aim.ratioAtMost(1.1), OTHER_CPU, false));
            rows.add(measure(scale, POLLING, Aim.ratioAtMost(1.2), OTHER_CPU, true, BUSY_POLL + "=1"));
        } else {
            rows.add(Row.notMeasured(POLLING, Aim.ratioAtMost(1.2), "there is one CPU only"));
        }
        return rows;
    }

    private static void bind(long process) throws IOException, InterruptedException {
        Process taskset = new ProcessBuilder(
            "taskset", "-a", "-c", "-p", Integer.toString(SERVER_CPU), Long.toString(process))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (taskset.waitFor() != 0) {
            throw new IOException("cannot bind process " + process + " to CPU " + SERVER_CPU);
        }
    }

    private static Row measure(Scale scale, String what, Aim aim, int clientCpu, boolean busy, String... options)
        throws Exception {
        try (Scratch scratch = Scratch.create();
            CProgram baseline = CProgram.start(
                scratch, "register_reads", scratch.file("c.sock"), busy ? "busy" : "wait");
            CardProcess card = CardProcess.start(scratch.file("card"), 1, options)) {
            baseline.answer();
            bind(baseline.pid());
            bind(card.pid());
            double[] nanos = onCpu(clientCpu, () -> read(scale, card.vf(0), scratch.file("c.sock"), busy));
            return Row.of(what, "s", nanos[0] / 1e9, nanos[1] / 1e9, aim,
                "baseline: a C program that answers as many bytes over a Unix socket");
        }
    }

    /** Has a thread of its own, bound to a CPU, do the work: the servers are not to inherit the binding. */
    private static double[] onCpu(int cpu, Callable<double[]> work) throws Exception {
        FutureTask<double[]> task = new FutureTask<>(() -> {
            CurrentThread.bindTo(cpu);
            return work.call();
        });
        Thread.ofPlatform().name("client").start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static double[] read(Scale scale, Path card, Path baseline, boolean busy) throws Exception {
        int reads = scale.count(READS, 200);
        try (RegisterReader ours = new RegisterReader(card, busy);
            RegisterReader theirs = new RegisterReader(baseline, busy)) {
            for (int i = 0; i < scale.count(WARM_UP_ROUNDS, 1); i++) {
                ours.medianNanos(reads, scale.roundNanos());
                theirs.medianNanos(reads, scale.roundNanos());
            }
            return Turns.medians(scale,
                () -> ours.medianNanos(reads, scale.roundNanos()),
                () -> theirs.medianNanos(reads, scale.roundNanos()));
        }
    }
}
