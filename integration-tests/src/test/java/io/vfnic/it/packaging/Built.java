package io.vfnic.it.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.vfnic.testkit.lab.Checkout;

/** What the build leaves for users. */
final class Built {
    private static final Path TARGET = Checkout.find().file("server/target");

    private Built() {
    }

    /** The distribution's directory. */
    static Path distribution() {
        return only("vfnic-[0-9][^/]*(?<!\\.tar\\.gz)");
    }

    /** The same, packed. */
    static Path tarball() {
        return only("vfnic-[0-9].*\\.tar\\.gz");
    }

    /** The Debian package. */
    static Path deb() {
        return only("vfnic_.*\\.deb");
    }

    private static Path only(String pattern) {
        try (Stream<Path> files = Files.list(TARGET)) {
            List<Path> found = files.filter(file -> file.getFileName().toString().matches(pattern)).toList();
            if (found.size() != 1) {
                throw new IllegalStateException("not one file " + pattern + " in " + TARGET + " but " + found.size()
                    + ": run 'mvn package', with a clean before it where versions changed, and without -Dexec.skip");
            }
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
