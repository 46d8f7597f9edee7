package io.vfnic.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.vfnic.testkit.lab.CardProcess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code load}: puts load on a card. */
@Command(name = "load", usageHelpWidth = 100, mixinStandardHelpOptions = true,
    description = "Drives VFs, and the PF if it is told to, as a poll-mode driver does, without guests, and tells " +
        "how fast the card is. One thread drives all of them; the card needs another core.")
final class LoadCommand implements Callable<Integer> {
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(3);

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR",
        description = "Where a card's sockets are (vf0.sock...); if not given, a card is started for the purpose.")
    private Path directory;

    @Option(names = "--vfs", paramLabel = "N", defaultValue = "2",
        description = "VFs to drive, 2 to 7, or with --pf 1 to 7 (default: ${DEFAULT-VALUE}).")
    private int vfs;

    @Option(names = "--pf", description = "Drive the PF, too: the card that is started lets a guest have it, and so " +
        "must one that is there.")
    private boolean pf;

    @Option(names = "--doorbell", paramLabel = "HOW", defaultValue = "trap",
        description = "Of the card that is started: mmap or trap (default: ${DEFAULT-VALUE}).")
    private String doorbell;

    @Option(names = "--agents", paramLabel = "N", defaultValue = "1",
        description = "Of the card that is started (default: ${DEFAULT-VALUE}).")
    private int agents;

    @Option(names = "--frame", paramLabel = "BYTES", defaultValue = "60",
        description = "Length of a frame without CRC, 60 to 1514 (default: ${DEFAULT-VALUE}).")
    private int frame;

    @Option(names = "--tso", paramLabel = "BYTES", defaultValue = "0",
        description = "TCP payload per large send, which the card cuts into frames of --frame bytes; 0: no TSO.")
    private int tso;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "32",
        description = "Frames or large sends for each doorbell (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--ring", paramLabel = "N", defaultValue = "512",
        description = "Descriptors in a ring (default: ${DEFAULT-VALUE}).")
    private int ring;

    @Option(names = "--pairs", description = "VF 2n and 2n+1 send to each other; else each VF sends to the next.")
    private boolean pairs;

    @Option(names = "--interrupts", description = "Wait for interrupts when there is nothing to do; else poll.")
    private boolean interrupts;

    @Option(names = "--verify", description = "Write and check the contents and the order of each frame.")
    private boolean verify;

    @Option(names = "--latency", paramLabel = "N", defaultValue = "0",
        description = "Instead of throughput: this many round trips of one frame between two VFs.")
    private int roundTrips;

    @Option(names = "--idle", paramLabel = "S", defaultValue = "0",
        description = "Instead of traffic: bring the VFs up, send nothing for this many seconds and tell how much " +
            "processor time the card takes that was started for the purpose.")
    private int idle;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "2",
        description = "Length of a round (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5",
        description = "Rounds, whose median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures here, too.")
    private Path json;

    public static void main(String... arguments) {
        System.exit(new CommandLine(new LoadCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        LoadPlan plan = plan();
        if (directory != null) {
            run(plan, directory, null);
            return 0;
        }
        Path own = Files.createTempDirectory("vfnic-load");
        try (CardProcess card = CardProcess.start(own.resolve("card"), vfs, "--doorbell", doorbell, "--agents",
            Integer.toString(agents), "--pf", pf ? "guest" : "headless")) {
            run(plan, card.directory(), card);
        } finally {
            try (var left = Files.walk(own)) {
                for (Path path : left.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
        return 0;
    }

    private LoadPlan plan() {
        int functions = vfs + (pf ? 1 : 0);
        if (vfs < 1 || vfs > 7 || functions < 2 || pairs && functions % 2 != 0 || roundTrips > 0 && functions != 2 ||
            rounds < 1 || idle > 0 && directory != null) {
            throw new ParameterException(spec.commandLine(), "up to 7 VFs and the PF can be driven, 2 functions at " +
                "least, an even number as pairs, 2 for --latency; --idle is for a card that is started for the " +
                "purpose");
        }
        try {
            return new LoadPlan(frame, tso, batch, ring, pairs, interrupts, verify);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void run(LoadPlan plan, Path sockets, CardProcess card) throws IOException {
        List<Path> functions = IntStream.range(0, vfs).mapToObj(vf -> sockets.resolve("vf" + vf + ".sock")).toList();
        LoadReport report = new LoadReport();
        try (LoadRun load = LoadRun.start(plan, pf ? sockets.resolve("pf.sock") : null, functions)) {
            report.with("pf", pf).with("vfs", vfs).with("doorbell", load.isMapped() ? "mmap" : "trap")
                .with("frame", frame)
                .with("tso", tso).with("batch", batch).with("ring", ring).with("verify", verify)
                .with("interrupts", interrupts)
                .with("load_average", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
            if (idle > 0) {
                report.with("card_cpu_percent", cpuPercent(card.pid()));
            } else if (roundTrips > 0) {
                load.pingPong(new long[Math.max(1000, roundTrips / 2)]);
                long[] nanos = new long[roundTrips];
                load.pingPong(nanos);
                report.latency(nanos);
            } else {
                throughput(load, report);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        report.print(out);
        if (json != null) {
            Files.writeString(json, report.json());
        }
    }

    /** Of one core, while nothing is sent. */
    private double cpuPercent(long pid) {
        try {
            // What the bring-up has left to do is not what an idle card does.
            TimeUnit.NANOSECONDS.sleep(WARM_UP_NANOS);
            long before = cpuNanos(pid);
            TimeUnit.SECONDS.sleep(idle);
            return Math.round((cpuNanos(pid) - before) / (idle * 1e5)) / 100.0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static long cpuNanos(long pid) {
        return ProcessHandle.of(pid).orElseThrow().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private void throughput(LoadRun load, LoadReport report) {
        load.measure(WARM_UP_NANOS);
        List<Throughput> measured = new ArrayList<>();
        ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            measured.add(load.measure((long)(seconds * TimeUnit.SECONDS.toNanos(1))));
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        report.throughput(measured);
        report.with("driver_bytes_allocated_per_million_packets",
            allocated * 1_000_000 / Math.max(1, measured.stream().mapToLong(Throughput::frames).sum()));
        load.drain();
    }
}
