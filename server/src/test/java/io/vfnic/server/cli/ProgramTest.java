package io.vfnic.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.vfnic.server.Vfnic;
import io.vfnic.server.posix.CpuList;
import io.vfnic.server.posix.CurrentThread;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.NotifySocket;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.server.transport.RawPeer;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a process of its own: what it prints, the signals it takes, its exit codes. */
class ProgramTest {
    @TempDir
    private Path temporary;
    private Path directory;
    private Path errors;
    private Process process;
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void choosePaths() {
        directory = temporary.resolve("card");
        errors = temporary.resolve("stderr");
    }

    @AfterEach
    void end() {
        if (process != null) {
            // Its pipes' descriptors are to be closed before a later test looks which ones are free.
            process.destroyForcibly().onExit().join();
        }
    }

    private BufferedReader start(String... arguments) throws IOException {
        // Where the build runs in the background of a shell, SIGINT is ignored, which a JVM inherits and respects.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED", "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dio.netty.machineId=02:00:00:00:00:00:00:01",
            "-cp", System.getProperty("java.class.path"), Vfnic.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        // A JVM says on stderr that it has seen these.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        process = builder.start();
        return process.inputReader(StandardCharsets.UTF_8);
    }

    private String errors() throws IOException {
        return Files.readString(errors);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void servesUntilASignalEndsItInOrder(String signal) throws Exception {
        // When it is started
        BufferedReader out = start("serve", "--dir", directory.toString(), "--vfs", "3");
        // Then it says once that it listens, and where, for its user only
        assertThat(out.readLine()).isEqualTo("vfnic ready %1$s/vf0.sock %1$s/vf1.sock %1$s/vf2.sock"
            .formatted(directory));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("vf2.sock"))))
            .isEqualTo("rw-------");
        try (Fd socket = UnixSockets.open(false); RawPeer client = new RawPeer(socket)) {
            UnixSockets.connect(socket, directory.resolve("vf1.sock"));
            // When the signal comes
            // The shell has a kill of its own; a small system has no program of that name.
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
            // Then the client is disconnected, the sockets are gone and the exit code says that all is well
            assertThat(client.receive(1)).isEmpty();
        }
        assertThat(process.waitFor()).isZero();
        assertThat(out.readLine()).isNull();
        assertThat(directory).isEmptyDirectory();
        assertThat(errors()).isEmpty();
    }

    /** sd_notify(3): what systemd waits for where a unit has Type=notify. */
    @Test
    void theServiceManagerIsToldWhenItListensAndWhenItEnds() throws Exception {
        Path path = temporary.resolve("notify");
        try (NotifySocket manager = new NotifySocket(path)) {
            environment = Map.of("NOTIFY_SOCKET", path.toString());
            // When it has started, clients can connect
            start("serve", "--dir", directory.toString());
            assertThat(manager.receive()).isEqualTo("READY=1\nSTATUS=2 functions in " + directory);
            assertThat(directory.resolve("vf1.sock")).exists();
            // When it is asked to end
            process.toHandle().destroy();
            assertThat(manager.receive()).startsWith("STOPPING=1\n");
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void withoutFurtherWordsItServesTwoFunctions() throws Exception {
        assertThat(start("serve", "--dir", directory.toString()).readLine()).contains("vf1.sock")
            .doesNotContain("vf2.sock");
    }

    @Test
    void aConfigFileSaysWhatTheCommandLineDoesNot() throws Exception {
        Path config = Files.writeString(temporary.resolve("vfnic.toml"),
            "dir = '%s'\nvfs = 3\npf = 'guest'\n".formatted(directory));
        assertThat(start("serve", "--config", config.toString(), "--vfs=1").readLine())
            .isEqualTo("vfnic ready %1$s/pf.sock %1$s/vf0.sock %1$s/vf0-host.sock".formatted(directory));
    }

    @Test
    void aConfigFilesMistakesAreToldWithTheirPlaces() throws Exception {
        Path config = Files.writeString(temporary.resolve("vfnic.toml"), "vfz = 3\npf = 'gest'\n");
        start("serve", "--config=" + config);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(errors().lines()).containsExactly(
            "vfnic: " + config + ":1:1: vfz: no such key; did you mean vfs?",
            "vfnic: " + config + ":2:1: pf: must be one of headless, guest, not \"gest\"");
    }

    @Test
    void whatOnlyValuesTogetherMakeWrongIsToldWithItsPlaceAndCommandLinesCanMakeItRight() throws Exception {
        Path config = Files.writeString(temporary.resolve("vfnic.toml"), "vfs = 1\ncpus = '8191'\n[vf.2]\nvlan = 2\n");
        // When the file is all that is said
        start("serve", "--dir", directory.toString(), "--config", config.toString());
        // Then each mistake is told, and nothing has been made
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(errors().lines()).satisfiesExactly(
            line -> assertThat(line).startsWith("vfnic: " + config + ":2:1: cpus: there is no CPU 8191"),
            line -> assertThat(line).isEqualTo("vfnic: " + config + ":3:1: vf.2: the card has no VF 2; vfs is 1"));
        assertThat(directory).doesNotExist();
        // When the command line says otherwise, a card starts
        assertThat(start("serve", "--dir", directory.toString(), "--config", config.toString(), "--vfs=3", "--cpus=")
            .readLine()).startsWith("vfnic ready").contains("vf2.sock");
    }

    /** Who collects the log as JSON has what a card does not start for, be it the arguments, the file or the world. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        vfs = 2               | --log-format=json         | 1 | card: exists and is not a directory; choose another
        log-format = 'json'   | --vfs=2                   | 1 | card: exists and is not a directory; choose another
        vfz = 2               | --log-format json         | 1 | c.toml:1:1: vfz: no such key; did you mean vfs?
        vf.2.vlan = 2         | --log-format=json         | 1 | c.toml:1:1: vf.2: the card has no VF 2; vfs is 2
        log-format = 'json'   | --vfs=8                   | 2 | --vfs: must be a whole number from 0 to 7, not "8"; see
        log-format = 'text'   | --log-format=json --cpus=8191 | 2 | --cpus: there is no CPU 8191
        """)
    void aFailedStartIsALineOfTheJsonLog(String line, String options, int exitCode, String message) throws Exception {
        Files.writeString(directory, "precious");
        Path config = Files.writeString(temporary.resolve("c.toml"), line);
        List<String> arguments = new ArrayList<>(List.of("serve", "--dir", directory.toString(), "--config",
            config.toString()));
        arguments.addAll(List.of(options.split(" ")));
        start(arguments.toArray(String[]::new));

        assertThat(process.waitFor()).isEqualTo(exitCode);
        assertThat(errors()).hasLineCount(1);
        JsonObject told = JsonParser.parseString(errors()).getAsJsonObject();
        assertThat(told.keySet()).containsExactly("ts", "level", "logger", "message");
        assertThat(told.get("level").getAsString()).isEqualTo("error");
        assertThat(told.get("message").getAsString()).contains(message);
    }

    @Test
    void asTextAFailedStartIsALineOfWordsThatTheCommandLinesFormGoesBefore() throws Exception {
        Path config = Files.writeString(temporary.resolve("c.toml"), "log-format = 'json'");
        Files.writeString(directory, "precious");
        start("serve", "--dir", directory.toString(), "--config", config.toString(), "--log-format=text");
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(errors()).startsWith("vfnic: " + directory).hasLineCount(1);
    }

    @Test
    void aCaptureCountsItsFramesForPrograms() throws Exception {
        // Given a capture, of a card without guests
        start("serve", "--dir", directory.toString()).readLine();
        Process card = process;
        try {
            start("capture", "vf0", "-w", temporary.resolve("frames.pcapng").toString(), "--json", "--dir",
                directory.toString());
            while (!errors().contains("Ctrl-C ends it\n")) {
                assertThat(process.isAlive()).as(errors()).isTrue();
                Thread.onSpinWait();
            }
            // When it is ended
            new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
            // Then the last line says how much there was
            assertThat(process.waitFor()).isZero();
            assertThat(errors().lines().toList()).last().isEqualTo("{\"frames\":0,\"lost\":0}");
        } finally {
            card.destroyForcibly();
        }
    }

    @Test
    void aConfigFileThatIsNotThereIsNamed() throws Exception {
        start("serve", "--config", temporary.resolve("none.toml").toString());
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(errors()).isEqualTo("vfnic: " + temporary.resolve("none.toml") + ": no such file or directory\n");
    }

    @Test
    void whatIsNotAskedForIsNotLoaded() throws Exception {
        start("serve", "--dir", directory.toString()).readLine();
        Process histogram = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
            Long.toString(process.pid()), "VM.class_hierarchy").start();
        assertThat(histogram.inputReader().lines()).anyMatch(line -> line.contains("io.vfnic.server.CardServer"))
            .noneMatch(line -> line.contains("tomlj") || line.contains("antlr") || line.contains("io.prometheus"));
    }

    @Test
    void withAGuestAsPfDriverItServesThePfAndTheViewsToo() throws Exception {
        assertThat(start("serve", "--dir", directory.toString(), "--pf", "guest", "--sriov-capability", "plain",
            "--vfs", "1").readLine()).isEqualTo("vfnic ready %1$s/pf.sock %1$s/vf0.sock %1$s/vf0-host.sock"
            .formatted(directory));
    }

    @Test
    void aKilledServersSocketsAreReplaced() throws Exception {
        start("serve", "--dir", directory.toString()).readLine();
        process.destroyForcibly().waitFor();
        assertThat(directory.resolve("vf0.sock")).exists();
        assertThat(start("serve", "--dir", directory.toString()).readLine()).startsWith("vfnic ready");
    }

    @Test
    void aLiveServersSocketsAreRefusedAndItIsNamed() throws Exception {
        start("serve", "--dir", directory.toString()).readLine();
        Process first = process;
        try {
            start("serve", "--dir", directory.toString());
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(errors()).startsWith("vfnic: " + directory.resolve("vf0.sock") + ": in use by process "
                + first.pid()).doesNotContain("Exception");
            assertThat(first.isAlive()).isTrue();
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void aDirectoryThatIsAFileIsNamedWithTheWayOut() throws Exception {
        Files.writeString(directory, "precious");
        start("serve", "--dir", directory.toString());
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(errors()).isEqualTo("vfnic: " + directory
            + ": exists and is not a directory; choose another with --dir\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --dir d --vfs 8", "serve --dir d --vfs -1", "serve --dir d --vfs x",
        "serve --dir d --agents 0", "serve --dir d --sriov-capability x", "serve --dir d --idle x",
        "serve --dir d --busy-poll -1", "serve --dir d --cpus x", "serve --dir d --cpus 8191", "nonsense", "",
        "serve --dir d --nonsense", "serve --config", "check",
        "serve --dir d --busy-poll 100000", "serve --dir=", "serve --dir d serve", "serve --dir d --vfs 1 --vfs 2"})
    void argumentsThatMakeNoSenseAreTwo(String line) throws Exception {
        start(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(process.waitFor()).isEqualTo(2);
        if (line.isEmpty()) {
            assertThat(errors()).startsWith("Usage: vfnic ").contains("Commands:");
        } else {
            assertThat(errors()).startsWith("vfnic: ").endsWith(" --help\"\n").hasLineCount(1);
        }
    }

    @Test
    void aCpuThatIsNotThereIsNamedBesideThoseThatAre() throws Exception {
        start("serve", "--dir", directory.toString(), "--cpus", "8191");
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(errors()).contains("no CPU 8191", "may use " + CpuList.format(CurrentThread.cpus()) +
            "; see \"vfnic serve --help\"\n");
    }

    @Test
    void aCpuThatIsListedTwiceIsRefused() throws Exception {
        BitSet cpus = CurrentThread.cpus();
        start("serve", "--dir", directory.toString(), "--cpus", cpus.nextSetBit(0) + "," + cpus.nextSetBit(0));
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(errors()).contains("listed twice");
    }

    @Test
    void agentsAreBoundToTheirCpusInTurn() throws Exception {
        int cpu = CurrentThread.cpus().length() - 1;
        // Given a CPU for two agents, and loops that poll
        start("serve", "--dir", directory.toString(), "--agents", "2", "--cpus", Integer.toString(cpu), "--idle",
            "yield", "--busy-poll").readLine();
        // Then both agents' threads, and only they, are bound to it
        Map<String, String> bound = Map.of("vfnic-engine-0", Integer.toString(cpu),
            "vfnic-engine-1", Integer.toString(cpu), "vfnic-sessions-", CpuList.format(CurrentThread.cpus()));
        Map<String, String> cpus = cpusOfThreads();
        for (int i = 0; i < 600 && !cpus.entrySet().containsAll(bound.entrySet()); i++) {
            // A thread binds itself when it first runs.
            Thread.sleep(100);
            cpus = cpusOfThreads();
        }
        assertThat(cpus).containsAllEntriesOf(bound);
        assertThat(errors()).isEmpty();
    }

    private Map<String, String> cpusOfThreads() throws IOException {
        Map<String, String> cpus = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                Matcher allowed = Pattern.compile("(?s)Name:\\s+([^\n]+)\n.*Cpus_allowed_list:\\s+(\\S+)")
                    .matcher(statusOf(task));
                if (allowed.find()) {
                    cpus.put(allowed.group(1), allowed.group(2));
                }
            }
        }
        return cpus;
    }

    private static String statusOf(Path task) {
        try {
            return Files.readString(task.resolve("status"));
        } catch (IOException e) {
            // The thread has ended.
            return "";
        }
    }

    @Test
    void aDirectoryTooDeepForASocketIsRefusedWithItsName() throws Exception {
        start("serve", "--dir", "/tmp/" + "x".repeat(100));
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(errors()).contains("at most 107 bytes", "xxxx");
    }

    @Test
    void helpAndVersionGoToStandardOutput() throws Exception {
        String help = String.join("\n", start("--help").lines().toList());
        assertThat(process.waitFor()).isZero();
        assertThat(help).contains("serve", "Exit codes");
        assertThat(start("serve", "--help").lines()).anyMatch(line -> line.contains("--vfs=N"));
        assertThat(start("--version").lines()).singleElement().asString().matches("vfnic \\d+\\.\\d+.*");
    }

    @Test
    void theLauncherSaysHowToBuildWhatIsNotBuilt() throws Exception {
        Path launcher = Files.createDirectories(temporary.resolve("server/bin")).resolve("vfnic");
        Files.copy(Path.of("bin/vfnic"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        process = new ProcessBuilder(launcher.toString(), "--version").redirectError(errors.toFile()).start();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(errors()).contains("not built yet: run 'mvn package' in " + temporary.toRealPath());
    }
}
