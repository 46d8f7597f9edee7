package io.vfnic.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measures the card beside its baselines. */
@Command(name = "bench", usageHelpWidth = 100, mixinStandardHelpOptions = true,
    description = "Measures the card beside baselines, prints a table and writes JSON. Says whether an aim was " +
        "reached; that it was not is no error.")
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--rows", paramLabel = "NAME", split = ",",
        description = "Only these benchmarks (--list names them).")
    private List<String> names;

    @Option(names = "--list", description = "Name the benchmarks and measure nothing.")
    private boolean list;

    @Option(names = "--smoke", description = "Only show that they work: as little of each as possible.")
    private boolean smoke;

    @Option(names = "--rounds", paramLabel = "N",
        description = "Rounds of each side, whose median counts (default: 7).")
    private Integer rounds;

    @Option(names = "--round", paramLabel = "MS", description = "Milliseconds of a round (default: 1000).")
    private Integer roundMillis;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures go (default: nowhere).")
    private Path json;

    public static void main(String... arguments) {
        System.exit(run(new PrintWriter(System.out, true), arguments));
    }

    /** Runs the program; returns its exit code. */
    static int run(PrintWriter out, String... arguments) {
        // The script says where the JSON goes, and whoever calls it may say otherwise.
        return new CommandLine(new BenchCommand()).setOut(out).setOverwrittenOptionsAllowed(true).execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            Benchmarks.all().forEach(benchmark -> out.println(benchmark.name()));
            return 0;
        }
        List<Benchmark> benchmarks = benchmarks();
        BenchReport report = new BenchReport(scale());
        boolean failed = false;
        for (Benchmark benchmark : benchmarks) {
            out.println("measuring: " + benchmark.name());
            out.flush();
            failed |= !run(benchmark, report);
        }
        out.println();
        out.println(report.conditions());
        out.println();
        Table.print(out, report.rows());
        if (json != null) {
            Files.writeString(json, report.json());
        }
        return failed ? 1 : 0;
    }

    /** Runs one benchmark; the others are worth having where it fails. */
    private boolean run(Benchmark benchmark, BenchReport report) {
        try {
            report.add(benchmark.run(scale()));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (Exception | AssertionError e) {
            e.printStackTrace(spec.commandLine().getErr());
            report.add(List.of(Row.notMeasured(benchmark.name(), null, "it failed: " + e)));
            return false;
        }
    }

    private List<Benchmark> benchmarks() {
        if (names == null) {
            return Benchmarks.all();
        }
        List<String> known = Benchmarks.all().stream().map(Benchmark::name).toList();
        if (!known.containsAll(names)) {
            throw new ParameterException(spec.commandLine(), "there are " + String.join(", ", known));
        }
        return Benchmarks.all().stream().filter(benchmark -> names.contains(benchmark.name())).toList();
    }

    private Scale scale() {
        Scale usual = smoke ? Scale.SMOKE : Scale.DEFAULT;
        try {
            return new Scale(rounds == null ? usual.rounds() : rounds,
                roundMillis == null ? usual.roundMillis() : roundMillis, smoke);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
