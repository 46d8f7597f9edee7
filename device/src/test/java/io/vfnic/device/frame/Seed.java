package io.vfnic.device.frame;

import java.util.Random;

/** Randomness of property tests: a new seed each run, printed, and repeatable with {@code -Dvfnic.seed=N}. */
final class Seed {
    private Seed() {
    }

    static Random random() {
        long seed = Long.getLong("vfnic.seed", System.nanoTime());
        StackTraceElement caller = Thread.currentThread().getStackTrace()[2];
        System.out.println(caller.getClassName() + "." + caller.getMethodName() + ": seed " + seed);
        return new Random(seed);
    }

    static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
