package io.vfnic.server.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Counts this process' open descriptors by what they refer to, which the JVM's own files do not disturb. */
public final class OpenFiles {
    private OpenFiles() {
    }

    /** How many descriptors lead to something whose name contains this, the name of a memfd for example. */
    public static long named(String part) {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.filter(entry -> target(entry).contains(part)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (IOException e) {
            // Closed between the listing and now, as the listing's own descriptor is.
            return "";
        }
    }
}
