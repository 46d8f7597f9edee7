package io.vfnic.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that hold what guests exchange, or what the process knows: where one is made, its owner alone reads it,
 * whatever the umask. A file that is there already keeps its permissions.
 */
public final class OwnerFile {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private OwnerFile() {
    }

    /** Makes the file where it does not exist, and leaves it alone otherwise. */
    public static void make(Path file) throws IOException {
        FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNERS).close();
    }

    /** Writes the file anew. */
    public static OutputStream write(Path file) throws IOException {
        return Channels.newOutputStream(FileChannel.open(file, Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING), OWNERS));
    }
}
