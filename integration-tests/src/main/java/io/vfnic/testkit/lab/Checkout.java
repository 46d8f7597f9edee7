package io.vfnic.testkit.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The source tree that the tests run in: where its scripts are, and a way to ask them something. */
public final class Checkout {
    private final Path root;

    private Checkout(Path root) {
        this.root = root;
    }

    /** Takes the directory that the system property {@code vfnic.checkout} names, or else the nearest one upwards. */
    public static Checkout find() {
        String named = System.getProperty("vfnic.checkout");
        Path candidate = Path.of(named == null ? "" : named).toAbsolutePath().normalize();
        while (candidate != null && !Files.isDirectory(candidate.resolve("qemu-configs/guest-lab"))) {
            candidate = candidate.getParent();
        }
        if (candidate == null) {
            throw new IllegalStateException("no qemu-configs/guest-lab above the working directory: run the tests"
                + " inside the source tree, or name it with -Dvfnic.checkout=DIR");
        }
        return new Checkout(candidate);
    }

    /** A file of the tree. */
    public Path file(String relative) {
        return root.resolve(relative);
    }

    /** Runs one of the tree's scripts and returns the line that it prints. */
    String ask(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst(file(script).toString());
        try {
            Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(script + " failed");
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + script, e);
        }
    }
}
