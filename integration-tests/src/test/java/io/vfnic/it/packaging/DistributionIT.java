package io.vfnic.it.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Zsh;
import io.vfnic.testkit.client.VfioUserClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tarball, unpacked anywhere, on a machine without a Java. */
@DisplayName("The distribution")
@Timeout(600)
class DistributionIT {
    private static final int CONFIGURATION_SPACE = 7;
    /** Device and vendor, at offset 0 of the configuration space. */
    private static final int VIRTUAL_FUNCTION = 0x10ca8086;
    /** A link of Markdown's, to its target. */
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    @TempDir
    private static Path temporary;
    private static Path home;
    private Process process;

    @BeforeAll
    static void unpack() throws Exception {
        Process tar = new ProcessBuilder("tar", "-C", temporary.toString(), "-xzf", Built.tarball().toString())
            .inheritIO().start();
        assertThat(tar.waitFor()).isZero();
        home = temporary.resolve(Built.distribution().getFileName());
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private BufferedReader start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/vfnic").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
        // Where the shell finds its own tools and no Java.
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "JAVA_HOME", "/nonexistent"));
        process = builder.start();
        return process.inputReader(StandardCharsets.UTF_8);
    }

    private static Path errors() {
        return temporary.resolve("stderr");
    }

    @Test
    @DisplayName("says its version, which is that of its directory")
    void version() throws Exception {
        assertThat(start("--version").lines()).singleElement().asString()
            .isEqualTo(home.getFileName().toString().replaceFirst("-", " "));
        assertThat(process.waitFor()).isZero();
    }

    @Test
    @DisplayName("serves a card with the Java and the AOT cache that it brings, and ends in order")
    void serves() throws Exception {
        Path card = temporary.resolve("card");
        BufferedReader out = start("serve", "--config", home.resolve("etc/vfnic.toml").toString(), "--dir",
            card.toString());
        assertThat(out.readLine()).startsWith("vfnic ready " + card.resolve("vf0.sock"));

        List<String> maps = Files.readAllLines(Path.of("/proc/" + process.pid() + "/maps"));
        assertThat(maps).anyMatch(line -> line.endsWith(home.resolve("runtime/lib/server/libjvm.so").toString()))
            .anyMatch(line -> line.endsWith(home.resolve("lib/vfnic.aot").toString()))
            // Nor is anything unpacked, which a /tmp without programs would not allow
            .noneMatch(line -> line.contains(".so") && line.contains("/tmp/") && !line.contains(home.toString()));
        try (VfioUserClient client = VfioUserClient.connect(card.resolve("vf0.sock"))) {
            client.negotiate(VfioUserClient.QEMU_CAPABILITIES);
            assertThat(client.read32(CONFIGURATION_SPACE, 0)).isEqualTo(VIRTUAL_FUNCTION);
        }

        process.toHandle().destroy();
        assertThat(out.lines()).isEmpty();
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(errors())).isEmpty();
    }

    @Test
    @DisplayName("has a file for zsh's fpath, with which it completes from the first time on")
    void completesInZsh() throws Exception {
        String directory = home.resolve("share/zsh/vendor-completions").toString();
        try (Zsh zsh = Zsh.start(temporary.resolve("home"), home.resolve("bin"),
            "fpath=(" + directory + " $fpath); autoload -U compinit; compinit -u")) {
            zsh.type("vfnic serv" + Zsh.TAB, "serve ?");
            zsh.type("vfnic serve --idle sp" + Zsh.TAB, "serve --idle spin ?");
        }
    }

    @Test
    @DisplayName("has a page and a licence for everything in it")
    void documents() throws IOException {
        assertThat(home.resolve("share/man/man1/vfnic-serve.1")).content().contains("vfnic\\-serve");
        assertThat(home.resolve("share/bash-completion/completions/vfnic")).exists();
        assertThat(home.resolve("runtime/legal/java.base/LICENSE")).exists();
        String notices = Files.readString(home.resolve("share/licenses/THIRD-PARTY.txt"));
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString())
                .filter(name -> name.endsWith(".jar") && !name.startsWith("vfnic-")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(notices).contains(":" + name.replaceFirst("-\\d.*", ":")));
        }
    }

    @Test
    @DisplayName("has all files that its pages link to, and those that the program and the pages name")
    void links() throws IOException {
        List<Path> pages;
        try (Stream<Path> files = Files.walk(home.resolve("share/doc"))) {
            pages = files.filter(file -> file.toString().endsWith(".md")).toList();
        }
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages) {
            for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
                String target = link.group(1);
                if (target.startsWith("#") || target.contains("://")) {
                    continue;
                }
                links++;
                Path file = page.resolveSibling(target.replaceFirst("#.*", "")).normalize();
                if (!file.startsWith(home) || !Files.exists(file)) {
                    broken.add(page.getFileName() + ": " + target);
                }
            }
        }

        assertThat(pages).extracting(page -> page.getFileName().toString()).contains("README.md", "installing.md");
        assertThat(links).isPositive();
        assertThat(broken).isEmpty();
        assertThat(List.of("compose.yaml", "guest", "guest-lab/build", "guest-lab/firmware/vf-bars.aml",
            "libvirt/guest.xml", "lib/image.sh", "qemu/guest.cfg", "qemu/vf.json", "server-image/build"))
            .allSatisfy(file -> assertThat(home.resolve("share/vfnic/qemu-configs/" + file)).isRegularFile());
        assertThat(home.resolve("share/vfnic/proto/vfnic/control/v1/control.proto")).isRegularFile();
    }
}
