package io.vfnic.testkit.guest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread brings about, long enough for a slow machine, and says what did not come. */
public final class Patience {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(200);

    private Patience() {
    }

    /** Waits until the condition holds. */
    public static void until(String what, BooleanSupplier condition) {
        untilPresent(what, () -> condition.getAsBoolean() ? Boolean.TRUE : null);
    }

    /** Waits until there is a value. */
    public static <T> T untilPresent(String what, Supplier<T> source) {
        long deadline = System.nanoTime() + LIMIT;
        while (true) {
            T value = source.get();
            if (value != null) {
                return value;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for: " + what);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }
}
