package io.vfnic.testkit.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Client of one guest's QEMU guest agent: guest-sync, guest-exec, guest-exec-status. Thread-safe; requests take turns,
 * and a command that runs in the guest holds up nobody's request.
 */
final class GuestAgent implements AutoCloseable {
    /** An answer to a request that the agent serves at once, on a busy machine. */
    private static final Duration ANSWER = Duration.ofSeconds(40);
    private static final Duration SYNC_TURN = Duration.ofSeconds(2);

    private final Path socket;
    private JsonChannel channel;
    private long lastSync;

    GuestAgent(Path socket) {
        this.socket = socket;
    }

    /**
     * Connects anew and asks the agent for a sign of life.
     *
     * @return whether one came within {@code patience}
     */
    synchronized boolean connect(Duration patience) throws IOException {
        close();
        long deadline = System.nanoTime() + patience.toNanos();
        channel = JsonChannel.connect(socket);
        try {
            while (System.nanoTime() - deadline < 0) {
                // Answers to an earlier, interrupted client may still be on their way: only the newest sync counts.
                lastSync++;
                channel.send("{\"execute\":\"guest-sync\",\"arguments\":{\"id\":" + lastSync + "}}", deadline);
                if (awaitSync(Math.min(deadline, System.nanoTime() + SYNC_TURN.toNanos()))) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        close();
        return false;
    }

    private boolean awaitSync(long deadline) throws IOException {
        while (true) {
            Optional<JsonObject> answer = channel.receive(deadline);
            if (answer.isEmpty()) {
                return false;
            }
            JsonElement value = answer.get().get("return");
            if (value != null && value.isJsonPrimitive() && value.getAsLong() == lastSync) {
                return true;
            }
        }
    }

    /** Starts a shell command and returns the guest's id of the process. */
    long start(String command) throws IOException {
        JsonArray words = new JsonArray();
        words.add("-c");
        words.add(command);
        JsonArray environment = new JsonArray();
        environment.add("PATH=/usr/sbin:/usr/bin");
        environment.add("HOME=/root");
        JsonObject arguments = new JsonObject();
        arguments.addProperty("path", "/bin/sh");
        arguments.add("arg", words);
        arguments.add("env", environment);
        arguments.addProperty("capture-output", true);
        return ask("guest-exec", arguments).get("pid").getAsLong();
    }

    /**
     * Asks after a command that {@link #start} started.
     *
     * @return empty while it runs; the agent forgets a finished command once it has told its result
     */
    Optional<CommandResult> poll(String command, long pid) throws IOException {
        JsonObject arguments = new JsonObject();
        arguments.addProperty("pid", pid);
        JsonObject status = ask("guest-exec-status", arguments);
        if (!status.get("exited").getAsBoolean()) {
            return Optional.empty();
        }
        return Optional.of(
            new CommandResult(command, exitCode(status), text(status, "out-data"), text(status, "err-data")));
    }

    private synchronized JsonObject ask(String command, JsonObject arguments) throws IOException {
        if (channel == null && !connect(ANSWER)) {
            throw new IOException("the guest agent does not answer");
        }
        JsonObject request = new JsonObject();
        request.addProperty("execute", command);
        request.add("arguments", arguments);
        long deadline = System.nanoTime() + ANSWER.toNanos();
        try {
            channel.send(request.toString(), deadline);
            JsonObject answer = channel.receive(deadline)
                .orElseThrow(() -> new IOException("the guest agent does not answer " + command));
            if (!answer.has("return")) {
                throw new IOException("the guest agent refused " + command + ": " + answer);
            }
            return answer.getAsJsonObject("return");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static int exitCode(JsonObject status) {
        return status.has("exitcode")
            ? status.get("exitcode").getAsInt()
            : 128 + (status.has("signal") ? status.get("signal").getAsInt() : 0);
    }

    private static String text(JsonObject status, String key) {
        return status.has(key)
            ? new String(Base64.getDecoder().decode(status.get(key).getAsString()), StandardCharsets.UTF_8)
            : "";
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
