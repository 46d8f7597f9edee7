package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The command that a newcomer calls first. */
@DisplayName("qemu-configs/quickstart")
class QuickstartIT {
    private static final Path SCRIPTS = Path.of(System.getProperty("vfnic.checkout")).resolve("qemu-configs");

    private Path run;

    private record Result(int exitCode, String output) {
    }

    @BeforeEach
    void chooseDirectory() throws IOException {
        run = Files.createTempDirectory("vfnic-qs");
    }

    @AfterEach
    void removeDirectory() throws Exception {
        call("quickstart", "--stop");
        try (Stream<Path> tree = Files.walk(run)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Test
    @DisplayName("boots two guests, measures, prints a table, stops everything and exits 0")
    void runsThrough() throws Exception {
        Result result = call("quickstart", "--no-build");

        assertThat(result.output()).contains("Booting two guests", "igbvf", "1000Mb/s Full", "0% lost", "Mbit/s");
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(call("guest", "list").output()).isEmpty();
        assertThat(run.resolve("quickstart/card/vf0.sock")).doesNotExist();
    }

    @Test
    @DisplayName("--keep leaves the guests running, --stop stops them")
    void keeps() throws Exception {
        Result result = call("quickstart", "--no-build", "--keep");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("guest console qs-a", "quickstart --stop");
        assertThat(call("guest", "run", "qs-a", "ping -c 1 -W 10 10.0.0.2").exitCode()).isZero();

        assertThat(call("quickstart", "--stop").exitCode()).isZero();
        assertThat(call("guest", "list").output()).isEmpty();
    }

    @Test
    @DisplayName("exits non-zero, with the reason and the log's place, where something fails")
    void reportsFailure() throws Exception {
        // No Unix socket fits below a path of that length.
        Path longPath = run.resolve("x".repeat(100));

        Result result = callIn(longPath, "quickstart", "--no-build");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
            .contains("Card with two Virtual Functions", "FAILED", "the card did not start")
            .contains("Log: " + longPath.resolve("quickstart/log"));
    }

    private Result call(String script, String... arguments) throws Exception {
        return callIn(run, script, arguments);
    }

    private Result callIn(Path directory, String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(run, "output", "");
        ProcessBuilder builder = new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
        builder.environment().put("VFNIC_RUN", directory.toString());
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroy();
            throw new AssertionError("did not end: " + command + "\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    }
}
