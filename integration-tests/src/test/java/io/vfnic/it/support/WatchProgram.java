package io.vfnic.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code vfnic} command that watches a card until it is ended, as a process of its own; what it prints goes to files.
 */
public final class WatchProgram implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final String name;
    private final Process process;
    private final Path output;
    private final Path messages;

    private WatchProgram(String name, Process process, Path output, Path messages) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.messages = messages;
    }

    /** Starts {@code vfnic ARGUMENTS} for a card, and returns once it watches. */
    public static WatchProgram start(CardProcess card, String... arguments) {
        WatchProgram program = launch(card, true, arguments);
        Await.until(program.name + " watches", () -> program.messages().contains("Ctrl-C ends it") || !program.runs());
        assertThat(program.runs()).as("%s: %s", program.name, program.messages()).isTrue();
        return program;
    }

    /** As {@link #start}, for a command that says nothing but what it watches: returns once it has. */
    public static WatchProgram startPrinting(CardProcess card, String... arguments) {
        WatchProgram program = launch(card, true, arguments);
        Await.until(program.name + " prints", () -> !program.lines().isEmpty() || !program.runs());
        assertThat(program.runs()).as("%s: %s", program.name, program.messages()).isTrue();
        return program;
    }

    /** As {@link #start}, but nobody reads what it writes to standard output until {@link #readAll}. */
    public static WatchProgram startUnread(CardProcess card, String... arguments) {
        WatchProgram program = launch(card, false, arguments);
        Await.until(program.name + " watches", () -> program.messages().contains("Ctrl-C ends it"));
        return program;
    }

    /** Runs {@code vfnic ARGUMENTS}, which must succeed, and returns what it printed. */
    public static String run(CardProcess card, String... arguments) {
        try (WatchProgram program = launch(card, true, arguments)) {
            assertThat(program.exitCode()).as("%s: %s", program.name, program.messages()).isZero();
            return program.output();
        }
    }

    /** A {@code vfnic} command line for a card, for a shell. */
    public static String commandLine(CardProcess card, String arguments) {
        return "env --default-signal=INT VFNIC_DIR=" + card.directory() + " "
            + Checkout.find().file("server/bin/vfnic") + " " + arguments;
    }

    private static WatchProgram launch(CardProcess card, boolean toFile, String... arguments) {
        String name = "vfnic " + String.join(" ", arguments);
        try {
            Path output = Files.createTempFile(card.directory().getParent(), "watch", ".out");
            Path messages = Files.createTempFile(card.directory().getParent(), "watch", ".log");
            ProcessBuilder builder = new ProcessBuilder("sh", "-c",
                "exec " + commandLine(card, "\"$@\""), "vfnic").redirectError(messages.toFile());
            builder.command().addAll(List.of(arguments));
            if (toFile) {
                builder.redirectOutput(output.toFile());
            }
            return new WatchProgram(name, builder.start(), output, messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has printed up to now. */
    public String output() {
        return read(output);
    }

    /** The complete lines that it has printed up to now. */
    public List<String> lines() {
        String text = output();
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** Its lines, which are JSON objects. */
    public List<JsonObject> objects() {
        List<JsonObject> objects = new ArrayList<>();
        lines().forEach(line -> objects.add(JsonParser.parseString(line).getAsJsonObject()));
        return objects;
    }

    /** What it has said on stderr up to now. */
    public String messages() {
        return read(messages);
    }

    /** Whether it is there. */
    public boolean runs() {
        return process.isAlive();
    }

    /** Reads the rest of what it writes to standard output into its file, and returns that. */
    public Path readAll() {
        try {
            Files.write(output, process.getInputStream().readAllBytes());
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as Ctrl-C does (SIGINT), without waiting. */
    public void interrupt() {
        try {
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits for its end, and returns its exit code. */
    public int exitCode() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " did not end: " + messages());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
