package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Stats;
import io.vfnic.protocol.control.v1.StatsRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.util.Map;
import java.util.Stack;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfnic stats}: counters. */
@Command(
    name = "stats",
    usageHelpWidth = 100,
    description = {
        "Shows what the functions, the port's uplink and the engine's threads count, named as \"ethtool -S\" " +
        "names it.", "The counters run on for ever, whatever guests do."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class StatsCommand extends CardCommand {
    private static final double SHORTEST_INTERVAL = 0.1;
    private static final double LONGEST_INTERVAL = 3600;

    @Parameters(arity = "0..1", paramLabel = "FUNCTION", defaultValue = "",
        description = "Only this function, or uplink.")
    private String function;

    @Option(names = "--watch", arity = "0..1", paramLabel = "SECONDS", fallbackValue = "1",
        preprocessor = FunctionBehindWatch.class,
        description = "Go on until interrupted, every so many seconds (0.1 to 3600; 1 where left out), with rates, " +
            "and without counters that are 0. With --json an object a line.")
    private Double seconds;

    private StatsTable previous;

    /**
     * In {@code --watch vf0} the function is no number of seconds. A name cannot be one, since it begins with a letter.
     */
    static final class FunctionBehindWatch implements IParameterPreprocessor {
        /** How the parser tells of a value that is an argument of its own. */
        private static final String APART = " ";

        @Override
        public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option,
            Map<String, Object> info) {
            if (APART.equals(info.get("separator")) && !arguments.isEmpty() && arguments.peek().matches("\\p{L}.*")) {
                arguments.push(((OptionSpec)option).fallbackValue());
            }
            return false;
        }
    }

    @Override
    void check() {
        if (seconds != null && (seconds.isNaN() || seconds < SHORTEST_INTERVAL || seconds > LONGEST_INTERVAL)) {
            throw usage("--watch: must be 0.1 to 3600 seconds, not " + seconds);
        }
    }

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        StatsRequest.Builder request = StatsRequest.newBuilder().setFunction(function);
        if (seconds == null) {
            Stats stats = client.call(Request.newBuilder().setStats(request)).getStats();
            if (isJson()) {
                printJson(stats);
            } else {
                new StatsTable(stats).entries().forEach(this::print);
                out().flush();
            }
            return;
        }
        request.setIntervalMs((int)(seconds * TimeUnit.SECONDS.toMillis(1)));
        client.stream(Request.newBuilder().setStats(request), response -> {
            if (isJson()) {
                printJsonLine(response.getStats());
            } else {
                printWithRates(response.getStats());
            }
            // Whoever read this from a pipe may have had enough.
            return !out().checkError();
        });
    }

    private void print(String entry, Map<String, Long> counters) {
        out().println(entry + ":");
        counters.forEach((name, value) -> out().println("     " + name + ": " + Long.toUnsignedString(value)));
    }

    private void printWithRates(Stats stats) {
        StatsTable table = new StatsTable(stats);
        StatsTable before = previous;
        previous = table;
        table.entries().forEach((entry, counters) -> {
            out().println(entry + ":");
            counters.forEach((name, value) -> {
                if (value != 0) {
                    out().println("     %s: %s%s".formatted(name, Long.toUnsignedString(value), before == null ? ""
                        : " (%s/s)".formatted(Units.rate(table.rate(before, entry, name)))));
                }
            });
        });
        out().println();
        out().flush();
    }
}
