package io.vfnic.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import com.google.gson.GsonBuilder;

import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.ConfigMistake;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vfnic check}: what is wrong with a config file, as far as it shows without a card. */
@Command(
    name = "check",
    usageHelpWidth = 100,
    description = {"Tests a config file for \"vfnic serve --config\", without starting a card: every mistake is told " +
        "with its line and column, as \"vfnic serve\" tells it before it opens anything.",
        "Exit code 0: no mistake. Whether this machine has the uplink, the address for metrics and the files that it " +
        "names shows when a card starts. 1: mistakes, or no such file."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The config file.")
    private Path file;

    @Option(names = {"-j", "--json"}, description = "Print one JSON object: file, ok, mistakes.")
    private boolean json;

    /** What is printed as JSON. */
    private record Report(String file, boolean ok, List<ConfigMistake> mistakes) {
    }

    @Override
    public Integer call() throws IOException {
        ConfigFile config = ServeKeys.read(file);
        List<ConfigMistake> mistakes =
            config.mistakes().isEmpty() ? ServeChecks.mistakes(config) : config.mistakes();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new GsonBuilder().disableHtmlEscaping().create().toJson(
                new Report(config.name(), mistakes.isEmpty(), mistakes)));
        } else if (mistakes.isEmpty()) {
            out.println(config.name() + ": ok");
        } else {
            mistakes.forEach(mistake -> out.println(mistake.in(config.name())));
        }
        out.flush();
        return mistakes.isEmpty() ? 0 : 1;
    }
}
