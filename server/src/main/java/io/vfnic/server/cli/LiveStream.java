package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A stream that goes on until SIGINT or SIGTERM, which end it in order: what the card has recorded by then still
 * arrives.
 */
final class LiveStream {
    private LiveStream() {
    }

    /**
     * Something that a signal must not interrupt.
     *
     * @see #run
     */
    @FunctionalInterface
    interface Body {
        /** Does it. */
        void run() throws IOException, CardRefusedException;
    }

    /**
     * Runs {@code body}, which may follow a stream of this client; a signal ends the stream, and the program after it.
     */
    static void run(ControlClient client, Body body) throws IOException, CardRefusedException {
        try (Termination termination = Termination.install()) {
            Thread ending = new Thread(() -> {
                try {
                    termination.await();
                    client.endStream();
                } catch (InterruptedException | IOException gone) {
                    // There is no stream any more.
                    Thread.currentThread().interrupt();
                }
            }, "vfnic-signal");
            ending.setDaemon(true);
            ending.start();
            try {
                body.run();
            } finally {
                ending.interrupt();
            }
        }
    }

    /**
     * Follows a stream as {@link #run} has it.
     *
     * @param begun called when the card has begun to record.
     */
    static void follow(ControlClient client, Request.Builder request, Runnable begun, Predicate<Response> reader)
        throws IOException, CardRefusedException {
        AtomicBoolean first = new AtomicBoolean(true);
        run(client, () -> client.stream(request, response -> {
            if (first.getAndSet(false)) {
                begun.run();
            }
            return reader.test(response);
        }));
    }
}
