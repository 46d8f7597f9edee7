package io.vfnic.server;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.server.cli.VfnicCommand;
import io.vfnic.server.manual.Manual;

/** What the build calls to have manual pages and the like of the program {@code vfnic}. */
public final class VfnicManual {
    private VfnicManual() {
    }

    /** Writes them into the directory that the one argument names. */
    public static void main(String[] arguments) throws IOException {
        Manual.write(VfnicCommand::model, Path.of(arguments[0]));
    }
}
