package io.vfnic.it.support;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something on the host's side to come true. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(100);

    private Await() {
    }

    /**
     * Returns once the condition is true.
     *
     * @throws AssertionError where it is not after a minute, whose message is {@code what}
     */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            pause(POLL);
        }
    }

    /** Lets others do something that cannot be seen from here. */
    public static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
