package io.vfnic.testkit.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of the host, for what stands outside of the card: nothing in it can disturb the host's own
 * network. Needs root. Closing it ends what was started in it and removes its interfaces.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final long PATIENCE_SECONDS = 180;

    private final String name;
    private final Deque<Process> started = new ArrayDeque<>();

    private NetworkNamespace(String name) {
        this.name = name;
    }

    /** Makes a namespace, whose name is unique on this host, with its loopback interface up. */
    public static NetworkNamespace create() {
        String name = "vfnic-" + ProcessHandle.current().pid() + "-" + MADE.getAndIncrement();
        onHost("ip netns add " + name);
        NetworkNamespace made = new NetworkNamespace(name);
        made.check("ip link set lo up");
        return made;
    }

    /** Its name, as {@code ip netns} shows it. */
    public String name() {
        return name;
    }

    /** Joins it to another one by a pair of virtual Ethernet interfaces, both up. */
    public void joinTo(NetworkNamespace other, String device, String devicePeer) {
        onHost("ip -n " + name + " link add " + device + " type veth peer name " + devicePeer + " netns " + other.name);
        check("ip link set " + device + " up");
        other.check("ip link set " + devicePeer + " up");
    }

    /** Runs a shell command in it that has to succeed, and returns what it printed, without surrounding white space. */
    public String check(String command) {
        return run(command).orFail().stdout().strip();
    }

    /** Runs a shell command in it to its end, whatever exit code that has. */
    public CommandResult run(String command) {
        return execute(List.of("ip", "netns", "exec", name, "sh", "-c", command), command);
    }

    /**
     * Starts a program in it and does not wait for it; it is killed with the namespace.
     *
     * @param log     what the program prints is added there
     * @param command the program and its arguments
     */
    public Process start(Path log, String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            process.getOutputStream().close();
            started.push(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void onHost(String command) {
        execute(List.of("sh", "-c", command), command).orFail();
    }

    private static CommandResult execute(List<String> words, String command) {
        try {
            Process process = new ProcessBuilder(words).start();
            process.getOutputStream().close();
            CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()),
                task -> Thread.ofVirtual().start(task));
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()),
                task -> Thread.ofVirtual().start(task));
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("not finished after " + PATIENCE_SECONDS + " s: " + command);
            }
            return new CommandResult(command, process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it ran: " + command, e);
        }
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Process process : started) {
            // "ip netns exec" becomes the program: there is no other process between.
            process.destroyForcibly();
        }
        try {
            for (Process process : started) {
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onHost("ip netns del " + name);
    }
}
