package io.vfnic.testkit.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Client of QEMU's monitor (QMP). One connection per command; events are passed over. For one thread at a time. */
final class QmpMonitor {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path socket;

    QmpMonitor(Path socket) {
        this.socket = socket;
    }

    /** Returns the command's {@code return} value. */
    JsonElement execute(String json) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String command = JsonParser.parseString(json).getAsJsonObject().toString();
        try (JsonChannel channel = JsonChannel.connect(socket)) {
            answer(channel, "QMP", deadline);
            channel.send("{\"execute\":\"qmp_capabilities\"}", deadline);
            answer(channel, "return", deadline);
            channel.send(command, deadline);
            return answer(channel, "return", deadline);
        }
    }

    private static JsonElement answer(JsonChannel channel, String wanted, long deadline)
        throws IOException {
        while (true) {
            Optional<JsonObject> message = channel.receive(deadline);
            if (message.isEmpty()) {
                throw new IOException("QEMU's monitor did not answer within " + PATIENCE.toSeconds() + " s");
            }
            if (message.get().has(wanted)) {
                return message.get().get(wanted);
            }
            if (message.get().has("error")) {
                throw new QmpException(message.get().getAsJsonObject("error").get("desc").getAsString());
            }
        }
    }
}
