package io.vfnic.server;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Captured frames and recordings are their owner's. */
class OwnerFileTest {
    @TempDir
    private Path directory;

    private static String permissions(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aNewFileIsItsOwnersAlone() throws Exception {
        Path made = directory.resolve("made");
        Path written = directory.resolve("written");

        OwnerFile.make(made);
        try (OutputStream out = OwnerFile.write(written)) {
            out.write(1);
        }

        assertThat(permissions(made)).isEqualTo("rw-------");
        assertThat(permissions(written)).isEqualTo("rw-------");
        assertThat(written).hasBinaryContent(new byte[] {1});
    }

    @Test
    void aFileThatIsThereKeepsItsPermissionsAndLosesItsContentWhenItIsWritten() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        OwnerFile.make(file);
        assertThat(file).hasContent("before");
        try (OutputStream out = OwnerFile.write(file)) {
            out.write('x');
        }

        assertThat(file).hasContent("x");
        assertThat(permissions(file)).isEqualTo("rw-r-----");
    }
}
