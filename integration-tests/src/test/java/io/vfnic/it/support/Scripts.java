package io.vfnic.it.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The scripts of {@code qemu-configs}, run as a user runs them, with their state in a directory of its own. */
public final class Scripts implements AutoCloseable {
    private static final Path CONFIGS = Path.of(System.getProperty("vfnic.checkout")).resolve("qemu-configs");
    private static final long PATIENCE_MINUTES = 10;

    private final Path run;

    /**
     * What became of a script.
     *
     * @param output on stdout and stderr.
     */
    public record Result(int exitCode, String output) {
    }

    /** Makes the directory. */
    public Scripts() throws IOException {
        run = Files.createTempDirectory("vfnic-qs");
    }

    /** The directory that the scripts keep their state in. */
    public Path run() {
        return run;
    }

    /** Runs a script to its end. */
    public Result call(String script, String... arguments) throws Exception {
        return callIn(run, script, arguments);
    }

    /** As {@link #call}, with another directory for its state. */
    public Result callIn(Path directory, String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(CONFIGS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(run, "output", "");
        ProcessBuilder builder = new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
        builder.environment().put("VFNIC_RUN", directory.toString());
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            throw new AssertionError("did not end: " + command + "\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    }

    /** Removes the directory. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> tree = Files.walk(run)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
