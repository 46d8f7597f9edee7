package io.vfnic.it.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A shell command on a terminal of its own (util-linux' script), with somebody who types and reads there. */
public final class Pty implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final OutputStream keys;
    private final StringBuilder output = new StringBuilder();
    private int read;
    private boolean ended;

    private Pty(Process process) {
        this.process = process;
        this.keys = process.getOutputStream();
        Thread.ofPlatform().daemon().start(this::readAll);
    }

    /** Starts a command. Where this runs in the background, SIGINT is ignored, which what it starts would inherit. */
    public static Pty start(String command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=INT", "script", "--quiet", "--flush",
            "--command", command, "/dev/null").redirectErrorStream(true);
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().putAll(environment);
        return new Pty(builder.start());
    }

    private void readAll() {
        try (Reader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (int next = reader.read(); next >= 0; next = reader.read()) {
                append((char)next);
            }
        } catch (IOException e) {
            append('\uFFFD');
        } finally {
            end();
        }
    }

    private synchronized void append(char next) {
        output.append(next);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Presses keys. */
    public void type(String text) {
        try {
            keys.write(text.getBytes(StandardCharsets.UTF_8));
            keys.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until this has been written behind what was waited for before. */
    public synchronized void await(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Matcher matcher = pattern.matcher(output);
        while (!matcher.find(read)) {
            long left = deadline - System.nanoTime();
            if (ended || left <= 0) {
                throw new AssertionError((ended ? "ended" : "waited in vain") + " without \"" + regex + "\" in: "
                    + output.substring(read));
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
            matcher = pattern.matcher(output);
        }
        read = matcher.end();
    }

    /** Waits until the command has ended; returns all that was written. */
    public String awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end");
        }
        synchronized (this) {
            while (!ended) {
                wait();
            }
            return output.toString();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
