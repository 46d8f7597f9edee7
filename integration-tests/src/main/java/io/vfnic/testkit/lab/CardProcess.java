package io.vfnic.testkit.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A running {@code vfnic serve}: the real program, as a process of its own. */
public final class CardProcess implements AutoCloseable {
    private static final String PROGRAM = "server/bin/vfnic";
    private static final String READY = "vfnic ready";
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path directory;
    private final Path log;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile String readyLine;

    private CardProcess(Process process, Path directory, Path log) {
        this.process = process;
        this.directory = directory;
        this.log = log;
    }

    /**
     * Starts a card and returns once it listens.
     *
     * @param directory where its sockets will be; its log is put beside it, as {@code <directory>.log}
     * @param vfs       number of Virtual Functions, 0 to 7
     * @param arguments more arguments for {@code vfnic serve}
     * @throws IllegalStateException where it ends or stays silent; the message shows its log
     */
    public static CardProcess start(Path directory, int vfs, String... arguments) {
        return start(List.of(), directory, vfs, arguments);
    }

    /** As {@link #start(Path, int, String...)}, but the card's process is in a network namespace, with its uplink. */
    public static CardProcess startIn(NetworkNamespace network, Path directory, int vfs, String... arguments) {
        return start(List.of("ip", "netns", "exec", network.name()), directory, vfs, arguments);
    }

    private static CardProcess start(List<String> prefix, Path directory, int vfs, String... arguments) {
        Path program = Checkout.find().file(PROGRAM);
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("there is no " + program + " to run");
        }
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
            program.toString(), "serve", "--dir", directory.toString(), "--vfs", Integer.toString(vfs)));
        command.addAll(List.of(arguments));
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        try {
            Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
            process.getOutputStream().close();
            CardProcess card = new CardProcess(process, directory, log);
            Thread.ofPlatform().daemon().name("card-stdout").start(card::readOutput);
            card.awaitReady(command);
            return card;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    readyLine = line;
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // The process has gone, which is what the end of its output means as well.
            readyLine = null;
        } finally {
            ready.countDown();
        }
    }

    private void awaitReady(List<String> command) {
        boolean heard = await(ready, PATIENCE_SECONDS);
        if (!heard || readyLine == null) {
            process.destroyForcibly();
            throw new IllegalStateException(
                (heard ? "ended without" : "did not say within " + PATIENCE_SECONDS + " s") + " \"" + READY + "\": "
                + String.join(" ", command) + "\n--- its log, " + log + " ---\n" + log());
        }
    }

    /** The socket of a Virtual Function. */
    public Path vf(int index) {
        return directory.resolve("vf" + index + ".sock");
    }

    /** The socket of what stands for a Virtual Function in the guest that has the Physical Function. */
    public Path hostView(int index) {
        return directory.resolve("vf" + index + "-host.sock");
    }

    /** The socket of the Physical Function. */
    public Path pf() {
        return directory.resolve("pf.sock");
    }

    /** The directory of its sockets. */
    public Path directory() {
        return directory;
    }

    /**
     * Runs a command of {@code vfnic} that asks this card, as a process of its own, to its end, whatever exit code that
     * has.
     *
     * @param words of the command, without {@code --dir}
     */
    public CommandResult vfnic(String... words) {
        List<String> command = new ArrayList<>(List.of(Checkout.find().file(PROGRAM).toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--dir", directory.toString()));
        Path complaints = directory.resolveSibling(directory.getFileName() + ".command.log");
        try {
            Process run = new ProcessBuilder(command).redirectError(complaints.toFile()).start();
            run.getOutputStream().close();
            String printed = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new CommandResult(
                String.join(" ", command), run.waitFor(), printed, Files.readString(complaints));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a command ran", e);
        }
    }

    /** The line with which it said that it listens. */
    public String readyLine() {
        return readyLine;
    }

    /** What it has logged on stderr so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is there. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /**
     * Asks it to end (SIGTERM) and waits for that.
     *
     * @return its exit code
     * @throws IllegalStateException where it does not end; it is killed then
     */
    public int stop() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the card did not end within " + PATIENCE_SECONDS
                    + " s of SIGTERM\n--- its log, " + log + " ---\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the card ended", e);
        }
    }

    /** Ends it as {@code kill -9} does, and returns when it is dead. */
    public void kill() {
        try {
            if (!process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the card outlived SIGKILL for " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the card ended", e);
        }
    }

    private static boolean await(CountDownLatch latch, long seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the card", e);
        }
    }

    /** Stops it where it still runs. */
    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }
}
