package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cache that the build leaves for {@code server/bin/vfnic}: it serves, and whatever becomes of it stops no card.
 */
@Timeout(600)
class LauncherIT {
    private static final String CACHE = "vfnic.aot";

    @TempDir
    private Path temporary;
    private Path bin;
    private Path target;
    private Process process;

    /** A checkout whose files may be spoilt. */
    @BeforeEach
    void copyProgram() throws IOException {
        Path server = Path.of(System.getProperty("vfnic.checkout")).resolve("server");
        bin = Files.createDirectories(temporary.resolve("server/bin"));
        target = Files.createDirectories(temporary.resolve("server/target"));
        copy(server.resolve("bin"), bin);
        copy(server.resolve("target/lib"), Files.createDirectories(target.resolve("lib")));
        try (Stream<Path> files = Files.list(server.resolve("target"))) {
            for (Path file : files.filter(f -> f.toString().matches(".*/vfnic(-server-.*\\.jar|\\.aot)")).toList()) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void theBuildLeavesACacheThatIsUsed() throws Exception {
        startCard();

        assertThat(Files.readAllLines(Path.of("/proc/" + process.pid() + "/maps")))
            .anyMatch(line -> line.endsWith("/" + CACHE));
        assertEndsWell();
    }

    @Test
    void itStartsWithoutACache() throws Exception {
        Files.delete(target.resolve(CACHE));

        startCard();

        assertEndsWell();
    }

    @Test
    void aCacheThatIsNoneIsPassedOver() throws Exception {
        Files.writeString(target.resolve(CACHE), "no cache\n".repeat(10_000));

        startCard();

        assertEndsWell();
    }

    @Test
    void aCacheWithoutItsEndIsPassedOver() throws Exception {
        byte[] cache = Files.readAllBytes(target.resolve(CACHE));
        Files.write(target.resolve(CACHE), new byte[0]);
        startCard();
        assertEndsWell();

        Files.write(target.resolve(CACHE), Arrays.copyOf(cache, cache.length / 2));
        startCard();
        assertEndsWell();
    }

    /** The jars are not those that the cache was made with. */
    @Test
    void aStaleCacheIsPassedOver() throws Exception {
        try (Stream<Path> files = Files.list(target)) {
            Path jar = files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
            Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        }

        startCard();

        assertThat(Files.readAllLines(Path.of("/proc/" + process.pid() + "/maps")))
            .noneMatch(line -> line.endsWith("/" + CACHE));
        assertEndsWell();
    }

    @Test
    void theCacheIsMadeAnew() throws Exception {
        Files.delete(target.resolve(CACHE));

        process = new ProcessBuilder(bin.resolve("make-aot-cache").toString()).redirectErrorStream(true).start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).lines()).isEmpty();
        assertThat(process.waitFor()).isZero();

        theBuildLeavesACacheThatIsUsed();
    }

    /** It says that it is ready, and nothing before that: who starts it reads its first line. */
    private void startCard() throws IOException {
        Path sockets = temporary.resolve("card");
        process = new ProcessBuilder(bin.resolve("vfnic").toString(), "serve", "--dir", sockets.toString())
            .redirectError(errors().toFile()).start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("vfnic ready %1$s/vf0.sock %1$s/vf1.sock".formatted(sockets));
    }

    private Path errors() {
        return temporary.resolve("stderr");
    }

    private void assertEndsWell() throws Exception {
        // By its handle: Process.destroy() would close what is still to be read.
        process.toHandle().destroy();
        assertThat(process.inputReader(StandardCharsets.UTF_8).lines()).isEmpty();
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(errors())).isEmpty();
    }
}
