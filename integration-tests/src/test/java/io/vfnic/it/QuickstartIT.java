package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Scripts;
import io.vfnic.it.support.Scripts.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The command that a newcomer calls first. */
@DisplayName("qemu-configs/quickstart")
class QuickstartIT {
    private Scripts scripts;
    private Path run;

    @BeforeEach
    void chooseDirectory() throws IOException {
        scripts = new Scripts();
        run = scripts.run();
    }

    @AfterEach
    void removeDirectory() throws Exception {
        scripts.call("quickstart", "--stop");
        scripts.close();
    }

    @Test
    @DisplayName("boots two guests, measures, prints a table, stops everything and exits 0")
    void runsThrough() throws Exception {
        Result result = scripts.call("quickstart", "--no-build");

        assertThat(result.output()).contains("Booting two guests", "igbvf", "1000Mb/s Full", "0% lost", "Mbit/s");
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(scripts.call("guest", "list").output()).isEmpty();
        assertThat(run.resolve("quickstart/card/vf0.sock")).doesNotExist();
    }

    @Test
    @Tag("full")
    @DisplayName("--keep leaves the guests running, --stop stops them")
    void keeps() throws Exception {
        Result result = scripts.call("quickstart", "--no-build", "--keep");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("guest console qs-a", "quickstart --stop");
        assertThat(scripts.call("guest", "run", "qs-a", "ping -c 1 -W 10 10.0.0.2").exitCode()).isZero();

        assertThat(scripts.call("quickstart", "--stop").exitCode()).isZero();
        assertThat(scripts.call("guest", "list").output()).isEmpty();
    }

    @Test
    @DisplayName("exits non-zero, with the reason and the log's place, where something fails")
    void reportsFailure() throws Exception {
        // No Unix socket fits below a path of that length.
        Path longPath = run.resolve("x".repeat(100));

        Result result = scripts.callIn(longPath, "quickstart", "--no-build");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
            .contains("Card with two Virtual Functions", "FAILED", "the card did not start")
            .contains("Log: " + longPath.resolve("quickstart/log"));
    }
}
