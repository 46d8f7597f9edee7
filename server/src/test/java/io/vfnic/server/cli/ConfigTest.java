package io.vfnic.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.pf.LinkPolicy;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.ConfigKey;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The keys of config files are the options of {@code vfnic serve}, and {@code vfnic check} tells what a card would not
 * take.
 */
class ConfigTest {
    private static final Path DEFAULT_FILE = Path.of("src/main/dist/etc/vfnic.toml");
    /** A key or section in the default file behind a comment sign; what is there for people has a space after it. */
    private static final Pattern COMMENTED_KEY = Pattern.compile("(?m)^#(?=[a-z\\[])");

    @TempDir
    private Path directory;

    private Path file(String... lines) throws IOException {
        return Files.write(directory.resolve("c.toml"), List.of(lines));
    }

    private int check(StringWriter out, String... arguments) {
        return new CommandLine(new CheckCommand()).setOut(new PrintWriter(out)).execute(arguments);
    }

    @Test
    void theDefaultFileIsGoodAndSaysNothing() throws IOException {
        ConfigFile file = ServeKeys.read(DEFAULT_FILE);

        assertThat(file.mistakes()).isEmpty();
        assertThat(file.options()).isEmpty();
        assertThat(file.vfs()).isEmpty();
    }

    @Test
    void theDefaultFileShowsEveryKeyWithItsDefault() throws IOException {
        // Given the default file with nothing commented out
        String shown = COMMENTED_KEY.matcher(Files.readString(DEFAULT_FILE)).replaceAll("");
        ConfigFile file = ServeKeys.read(file(shown));
        // Then it has the keys of all options, and of all of a VF's policy
        assertThat(file.mistakes()).isEmpty();
        assertThat(file.options()).containsOnlyKeys(ServeKeys.ofOptions().stream().map(ConfigKey::name).toList());
        assertThat(file.vfs().get(0).values()).containsOnlyKeys(VfKeys.ALL.stream().map(ConfigKey::name).toList());
        // And each option has the value that it has without the file
        CommandLine serve = new CommandLine(new ServeCommand());
        file.options().forEach((key, value) -> assertThat(value.text()).as(key)
            .isEqualTo(serve.getCommandSpec().findOption("--" + key).defaultValue()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        vfs = 8                    | vfs: must be a whole number from 0 to 7, not "8"
        agents = 0                 | agents: must be a whole number from 1 to 8, not "0"
        agents = 99999999999       | agents: must be a whole number from 1 to 8, not "99999999999"
        busy-poll = -1             | busy-poll: must be a whole number from 0 to 8, not "-1"
        cpus = "2-1"               | cpus: "2-1" is an empty range of CPUs
        pf = "Guest"               | pf: must be one of headless, guest, not "Guest"
        idle = ""                  | idle: must be one of spin, yield, backoff, not ""
        metrics = "9560"           | metrics: must be an address and a port, such as 127.0.0.1:9560 or [::1]:9560, not "9560"
        metrics = "127.0.0.1:70000" | metrics: must be an address and a port, such as 127.0.0.1:9560 or [::1]:9560, not "127.0.0.1:70000"
        log-level = "loud"         | log-level: must be one of error, warn, info, debug, trace, not "loud"
        vf.0.mac = "52:54:00:12"   | vf.0.mac: '52:54:00:12' is not a MAC address such as 52:54:00:12:34:56
        vf.0.mac = "33:33:00:00:00:01" | vf.0.mac: must be a unicast address, which 33:33:00:00:00:01 is not
        vf.0.vlan = 4095           | vf.0.vlan: must be a whole number from 0 to 4094, not 4095
        vf.0.qos = 8               | vf.0.qos: must be a whole number from 0 to 7, not 8
        vf.0.max-tx-rate = -1      | vf.0.max-tx-rate: must be a whole number from 0 to 1000, not -1
        vf.0.state = "up"          | vf.0.state: must be "auto", "enable" or "disable", not "up"
        """)
    void valuesAreCheckedAsOnTheCommandLine(String line, String complaint) throws IOException {
        assertThat(ServeKeys.read(file(line)).mistakes().stream().map(mistake -> mistake.in("f")))
            .containsExactly("f:1:1: " + complaint);
    }

    @Test
    void whatIsNoFileIsNamed() {
        StringWriter err = new StringWriter();
        assertThat(VfnicCommand.execute(new PrintWriter(err), new PrintWriter(err), "check", directory.toString()))
            .isEqualTo(1);
        assertThat(err).hasToString("vfnic: " + directory + ": is a directory; a config file is a TOML file\n");
    }

    @Test
    void checkTellsThatAFileIsGood() throws IOException {
        StringWriter out = new StringWriter();
        Path file = file("vfs = 3", "[vf.2]", "mac = \"52:54:00:12:34:56\"", "vlan = 7", "qos = 5", "spoofchk = false",
            "trust = true", "state = \"disable\"", "max-tx-rate = 50");

        assertThat(check(out, file.toString())).isZero();
        assertThat(out).hasToString(file + ": ok\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        headless | 6:1: vf.1.mac: 52:54:00:12:34:56 is vf.0's already
        guest    | 3:1: vf.0.mac: with pf = "guest" this is for the PF's guest to say: ip link set DEV vf 0 mac ...
        """)
    void checkTellsWhatTheCardWouldRefuseOfPolicies(String pf, String complaint) throws IOException {
        StringWriter out = new StringWriter();
        Path file = file("pf = \"" + pf + '"', "[vf.0]", "mac = \"52:54:00:12:34:56\"", "vlan = 3",
            "[vf.1]", (pf.equals("guest") ? "vlan = 4" : "mac = \"52:54:00:12:34:56\""));

        assertThat(check(out, file.toString())).isEqualTo(1);
        assertThat(out).hasToString(file + ":" + complaint + "\n");
    }

    @Test
    void aVfsSectionIsWhatTheOperatorSetsForIt() throws IOException {
        ConfigFile file = ServeKeys.read(file("[vf.2]", "mac = \"52:54:00:12:34:56\"", "vlan = 7", "spoofchk = false",
            "state = \"disable\"", "[vf.0]", "qos = 5", "trust = true", "max-tx-rate = 50"));

        assertThat(VfKeys.settings(file.vfs())).containsOnly(
            Map.entry(0, new VfSettings(null, null, 5, null, true, null, 50, null)),
            Map.entry(2, new VfSettings(MacAddress.parse("52:54:00:12:34:56"), 7, null, false, null, LinkPolicy.DISABLE,
                null, null)));
    }

    @Test
    void checkTellsAllThatACardWouldNotTakeThoughItsValuesAreGoodByThemselves() throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path file = file("vfs = 1", "cpus = \"8191\"", "dir = \"/tmp/" + "x".repeat(100) + '"', "[vf.1]", "vlan = 2");

        assertThat(check(out, file.toString())).isEqualTo(1);
        assertThat(out.toString().lines()).satisfiesExactly(
            line -> assertThat(line).startsWith(file + ":2:1: cpus: there is no CPU 8191"),
            line -> assertThat(line).startsWith(file + ":3:1: dir: the path of a Unix socket has at most 107 bytes"),
            line -> assertThat(line).isEqualTo(file + ":4:1: vf.1: the card has no VF 1; vfs is 1"));
        // And serve the same
        assertThat(VfnicCommand.execute(new PrintWriter(err), new PrintWriter(err), "serve", "--config",
            file.toString())).isEqualTo(1);
        assertThat(err.toString().replaceAll("(?m)^vfnic: ", "")).isEqualTo(out.toString());
    }

    /** The last ones are so whatever CPUs there are. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --log-level=warn | vfs = 1      | [vf.1]           | 5:1: vf.1: the card has no VF 1; vfs is 1
        --vfs=1         | vfs = 2       | vf.1.vlan = 2    | 5:1: vf.1: the card has no VF 1; vfs is 1
        --log-level=warn | vf.0.mac = "52:54:00:00:00:01" | vf.1.mac = "52:54:00:00:00:01" \
        | 5:1: vf.1.mac: 52:54:00:00:00:01 is vf.0's already
        --log-level=warn | pf = "guest" | vf.0.mac = "52:54:00:00:00:01" \
        | 5:1: vf.0.mac: with pf = "guest" this is for the PF's guest to say: ip link set DEV vf 0 mac ...
        --pf=guest      | pf = "headless" | vf.1.trust = false \
        | 5:1: vf.1.trust: with pf = "guest" this is for the PF's guest to say: ip link set DEV vf 1 trust ...
        --log-level=warn | cpus = "8191" | agents = 2      | 4:1: cpus: there is no CPU 8191
        --agents=2      | agents = 8    | cpus = "0-8"     | 5:1: cpus:
        """)
    void serveTellsWhichValuesAreWrongTogetherBeforeItOpensAnything(
        String option, String line, String other, String complaint) throws IOException {
        StringWriter err = new StringWriter();
        Path file = file("dir = '" + directory.resolve("card") + "'", "jfr = '" + directory.resolve("card.jfr") + "'",
            "uplink = 'stream:" + directory.resolve("wire.sock") + ",server'", line, other);

        assertThat(VfnicCommand.execute(new PrintWriter(err), new PrintWriter(err), "serve", "--config",
            file.toString(), option)).isEqualTo(1);
        assertThat(err.toString()).startsWith("vfnic: " + file + ":" + complaint).hasLineCount(1);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void checkTellsMistakesAsJson() throws IOException {
        StringWriter out = new StringWriter();
        Path file = file("", " vfz = 1");

        assertThat(check(out, "--json", file.toString())).isEqualTo(1);
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report).hasToString("{\"file\":\"" + file + "\",\"ok\":false,\"mistakes\":[{\"line\":2,\"column\":2,"
            + "\"key\":\"vfz\",\"message\":\"no such key; did you mean vfs?\"}]}");
    }
}
