package io.vfnic.server;

import io.vfnic.server.cli.VfnicCommand;

/** The program {@code vfnic}. */
public final class Vfnic {
    private Vfnic() {
    }

    /**
     * Runs the command that the arguments name; the exit code is 0, 1 on failure, 2 for arguments that make no sense.
     */
    public static void main(String[] arguments) {
        System.exit(VfnicCommand.execute(arguments));
    }
}
