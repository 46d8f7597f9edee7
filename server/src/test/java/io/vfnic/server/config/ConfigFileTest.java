package io.vfnic.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vfnic.server.config.ConfigKey.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A config file's values come with their places, and so does everything that is wrong with it. */
class ConfigFileTest {
    private static final List<ConfigKey> OPTIONS = List.of(
        new ConfigKey("dir", Kind.TEXT, value -> null),
        new ConfigKey("vfs", Kind.NUMBER, value -> value.equals("9") ? "too many" : null),
        new ConfigKey("busy-poll", Kind.NUMBER, "1", value -> null),
        new ConfigKey("quiet", Kind.FLAG, value -> null));
    private static final List<ConfigKey> VF = List.of(
        new ConfigKey("vlan", Kind.NUMBER, value -> null), new ConfigKey("trust", Kind.FLAG, value -> null));

    @TempDir
    private Path directory;

    private ConfigFile read(String... lines) throws IOException {
        return ConfigFile.read(Files.write(directory.resolve("c.toml"), List.of(lines)), OPTIONS, VF, 3);
    }

    private List<String> mistakes(String... lines) throws IOException {
        return read(lines).mistakes().stream().map(mistake -> mistake.in("c.toml")).toList();
    }

    @Test
    void valuesAreThoseOfTheCommandLineAndKnowTheirPlace() throws IOException {
        ConfigFile file = read("dir = '/run/x' # where", "", "  vfs = 0x3", "quiet = true", "[vf.2]", "vlan = 7",
            "[vf.0]", "trust = false");

        assertThat(file.mistakes()).isEmpty();
        assertThat(file.options()).containsOnlyKeys("dir", "vfs", "quiet")
            .containsEntry("dir", new ConfigValue("/run/x", 1, 1)).containsEntry("vfs", new ConfigValue("3", 3, 3))
            .containsEntry("quiet", new ConfigValue("true", 4, 1));
        assertThat(file.vfs()).containsOnlyKeys(0, 2);
        assertThat(file.vfs().get(2).values()).containsEntry("vlan", new ConfigValue("7", 6, 1));
        assertThat(file.vfs().get(0).values()).containsEntry("trust", new ConfigValue("false", 8, 1));
    }

    @Test
    void anEmptyFileSaysNothing() throws IOException {
        ConfigFile file = read("# nothing");

        assertThat(file.mistakes()).isEmpty();
        assertThat(file.options()).isEmpty();
        assertThat(file.vfs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "4, 4"})
    void aKeyWhoseOptionMayStandWithoutAValueTakesTrue(String written, String value) throws IOException {
        assertThat(read("busy-poll = " + written).options().get("busy-poll").text()).isEqualTo(value);
    }

    @Test
    void falseLeavesSuchAKeyAtItsDefault() throws IOException {
        assertThat(read("busy-poll = false").options()).isEmpty();
    }

    @Test
    void allMistakesAreToldInTheirOrderWithPlaceAndWayOut() throws IOException {
        assertThat(mistakes("vfs = 9", "dirr = 'x'", "quiet = 1", "dir = 3", "busy_poll = 1", "vlan = 2",
            "busy-poll = 'x'",
            "[vf.0]", "vlan = true", "  vfs = 1", "trusted = true", "colour = 1", "[vf.3]", "[vf.x]", "[serve]"))
            .containsExactly(
                "c.toml:1:1: vfs: too many",
                "c.toml:2:1: dirr: no such key; did you mean dir?",
                "c.toml:3:1: quiet: must be true or false",
                "c.toml:4:1: dir: must be text in quotes",
                "c.toml:5:1: busy_poll: no such key; did you mean busy-poll?",
                "c.toml:6:1: vlan: belongs in the section of a VF, such as [vf.0]",
                "c.toml:7:1: busy-poll: must be a whole number, or true",
                "c.toml:9:1: vf.0.vlan: must be a whole number",
                "c.toml:10:3: vf.0.vfs: is no key of a VF but of the card: it belongs above the first section",
                "c.toml:11:1: vf.0.trusted: no such key; did you mean trust?",
                "c.toml:12:1: vf.0.colour: no such key; there are vlan, trust",
                "c.toml:13:1: vf.3: no such VF; there are [vf.0] to [vf.2]",
                "c.toml:14:1: vf.x: no such VF; there are [vf.0] to [vf.2]",
                "c.toml:15:1: serve: no such section; there are [vf.0] to [vf.2]");
    }

    @Test
    void whatIsNotTomlIsToldBesideTheRest() throws IOException {
        assertThat(mistakes("vfs = nine", "dirr = 'x'", "dir = 'a'", "dir = 'b'"))
            .hasSize(3)
            .satisfiesExactly(
                first -> assertThat(first).startsWith("c.toml:1:7: Unexpected"),
                second -> assertThat(second).startsWith("c.toml:2:1: dirr: no such key"),
                third -> assertThat(third).startsWith("c.toml:4:1: ").contains("dir", "previously defined"));
    }

    @Test
    void aVfThatIsNoSectionIsTold() throws IOException {
        assertThat(mistakes("vf.1 = 'x'")).singleElement().asString().contains("vf.1: is no section");
        assertThat(mistakes("vf = 1")).singleElement().asString().contains("no such key");
    }

    @Test
    void aFileThatIsNotThereIsAnException() {
        assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none"), OPTIONS, VF, 3))
            .isInstanceOf(NoSuchFileException.class);
    }
}
