package io.vfnic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks that need no guests work, with as little of each as possible. How fast anything is, is not asked. */
@Timeout(600)
class BenchIT {
    private static final String WITHOUT_GUESTS = "read,packets,bytes,vfs,allocation,footprint";

    @TempDir
    Path directory;

    private final StringWriter printed = new StringWriter();

    private int bench(String... arguments) {
        return BenchCommand.run(new PrintWriter(printed), arguments);
    }

    @Test
    void everyBenchmarkMakesItsRows() throws IOException {
        Path json = directory.resolve("bench.json");

        int code = bench("--smoke", "--rows", WITHOUT_GUESTS, "--json", json.toString());

        assertThat(code).as(printed.toString()).isZero();
        JsonObject document = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(document.get("smoke").getAsBoolean()).isTrue();
        List<String> measured = new ArrayList<>();
        for (JsonElement element : document.getAsJsonArray("rows")) {
            JsonObject row = element.getAsJsonObject();
            String what = row.get("what").getAsString();
            assertThat(printed.toString()).contains("| " + what);
            if (!row.get("ours").isJsonNull()) {
                assertThat(row.get("ours").getAsDouble()).as(what).isNotNegative();
                measured.add(what);
            } else {
                assertThat(row.get("note").getAsString()).as(what).startsWith("not measured: ");
            }
        }
        assertThat(measured).contains(
            "4-byte register read round trip, blocking",
            "64-byte frames VF to VF, doorbells trapped",
            "1,500-byte frames VF to VF, one agent, against memcpy",
            "64 KiB TSO VF to VF, one agent, against memcpy",
            "64-byte frames, 4 VFs on one agent",
            "64-byte frames, 7 VFs on one agent",
            "bytes an agent allocates per million packets",
            "bytes sessions allocate per million packets, doorbells trapped",
            "start to ready, 7 VFs",
            "resident memory, 7 VFs",
            "CPU with 7 idle drivers, trap",
            "CPU with 7 idle drivers, mmap");
    }

    @Test
    void namesOfBenchmarksAreListedAndNoOthersTaken() {
        assertThat(bench("--list")).isZero();
        assertThat(printed.toString().lines()).contains(WITHOUT_GUESTS.split(","));
        assertThat(bench("--rows", "no-such-row")).isEqualTo(2);
    }
}
