package io.vfnic.server.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end with exit code 0: the JVM's own answer to them would be 143 or 130. What
 * is to be done before the end happens between {@link #await()} and {@link #close()}.
 */
final class Termination implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "vfnic-termination");

    private Termination() {
    }

    static Termination install() {
        Termination termination = new Termination();
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    /** Waits for a signal. */
    void await() throws InterruptedException {
        asked.await();
    }

    private void onShutdown() {
        asked.countDown();
        try {
            boolean orderly = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            System.out.flush();
            System.err.flush();
            Runtime.getRuntime().halt(orderly ? 0 : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Everything is closed. Where no signal came, the program goes on to end in its own way. */
    @Override
    public void close() {
        if (asked.getCount() > 0) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // A signal came just now: the hook waits for us.
                asked.countDown();
            }
        }
        done.countDown();
    }
}
