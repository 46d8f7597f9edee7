package io.vfnic.server.cli;

/** How much is logged. To be set before the first logger is made, because slf4j-simple reads it once. */
final class Logging {
    private static final String LEVEL_OF_OURS = "org.slf4j.simpleLogger.log.io.vfnic";

    private Logging() {
    }

    static void configure(boolean verbose) {
        if (verbose) {
            System.setProperty(LEVEL_OF_OURS, "debug");
        }
    }
}
