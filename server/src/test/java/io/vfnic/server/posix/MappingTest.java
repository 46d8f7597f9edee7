package io.vfnic.server.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MappingTest {
    private static final int PAGE = 4096;

    @Test
    void twoMappingsOfAFileAreTheSameMemory() throws Exception {
        try (Fd fd = MemFd.create("mapping-shared", 4 * PAGE);
            Mapping whole = Mapping.ofFile(fd, 0, 4 * PAGE, true);
            Mapping part = Mapping.ofFile(fd, PAGE, PAGE, true)) {
            new UnsafeBuffer(whole.address(), 4 * PAGE).putLong(PAGE + 8, 0x1122334455667788L);
            assertThat(new UnsafeBuffer(part.address(), PAGE).getLong(8)).isEqualTo(0x1122334455667788L);
        }
        assertThat(mapsContaining("mapping-shared")).isZero();
    }

    @Test
    void aMappingOutlivesItsDescriptor() throws Exception {
        Fd fd = MemFd.create("mapping-outlives", PAGE);
        Mapping mapping = Mapping.ofFile(fd, 0, PAGE, true);
        fd.close();
        UnsafeBuffer memory = new UnsafeBuffer(mapping.address(), PAGE);
        memory.putInt(0, 42);
        assertThat(memory.getInt(0)).isEqualTo(42);
        mapping.close();
        mapping.close();
        assertThat(mapsContaining("mapping-outlives")).isZero();
    }

    @Test
    void aRangeBeyondTheEndOfTheFileIsRefused() throws Exception {
        try (Fd fd = MemFd.create("mapping-short", PAGE)) {
            assertRefused(fd, 0, PAGE + 1);
            assertRefused(fd, PAGE, PAGE);
            assertRefused(fd, 2 * PAGE, PAGE);
            assertRefused(fd, -PAGE, PAGE);
            assertRefused(fd, Long.MAX_VALUE - PAGE + 1, PAGE);
            assertRefused(fd, 0, 0);
            assertRefused(fd, 0, -1);
        }
    }

    private static void assertRefused(Fd fd, long offset, long length) {
        assertThatThrownBy(() -> Mapping.ofFile(fd, offset, length, true))
            .isInstanceOfSatisfying(PosixException.class, e -> assertThat(e.errno()).isEqualTo(PosixErrno.EINVAL));
    }

    @Test
    void anUnalignedOffsetIsRefusedByLinux() throws Exception {
        try (Fd fd = MemFd.create("mapping-unaligned", 2 * PAGE)) {
            assertRefused(fd, 1, PAGE);
        }
    }

    @Test
    void accessToAFileThatShrankThrowsAndTheProcessLives() throws Exception {
        try (Fd fd = MemFd.create("mapping-shrinks", PAGE); Mapping mapping = Mapping.ofFile(fd, 0, PAGE, true)) {
            UnsafeBuffer memory = new UnsafeBuffer(mapping.address(), PAGE);
            MemFd.resize(fd, 0);
            assertThatThrownBy(() -> memory.getLong(0)).isInstanceOf(InternalError.class);
        }
    }

    @Test
    void whatIsMappedIsExchangedUnderAThreadThatUsesIt() throws Exception {
        try (Fd first = MemFd.createSealed("mapping-first", PAGE);
            Fd second = MemFd.createSealed("mapping-second", PAGE);
            Mapping old = Mapping.ofFile(first, 0, PAGE, true); Mapping mapping = Mapping.ofNothing(PAGE)) {
            UnsafeBuffer memory = new UnsafeBuffer(mapping.address(), PAGE);
            AtomicBoolean isOver = new AtomicBoolean();
            Thread user = new Thread(() -> {
                while (!isOver.get()) {
                    memory.putIntVolatile(64, memory.getIntVolatile(64) | 1);
                }
            });
            user.start();
            for (int i = 0; i < 1000; i++) {
                mapping.replaceByFile(first);
                mapping.replaceByNothing();
                mapping.replaceByFile(second);
            }
            isOver.set(true);
            user.join();

            memory.putInt(0, 42);
            assertThat(new UnsafeBuffer(old.address(), PAGE).getInt(0)).as("the old file").isZero();
            mapping.replaceByFile(first);
            assertThat(memory.getInt(0)).isZero();
        }
    }

    @Test
    void aSealedFileKeepsItsSize() throws Exception {
        try (Fd fd = MemFd.createSealed("mapping-sealed", 2 * PAGE)) {
            assertThatThrownBy(() -> MemFd.resize(fd, PAGE)).isInstanceOf(PosixException.class);
            assertThatThrownBy(() -> MemFd.resize(fd, 3 * PAGE)).isInstanceOf(PosixException.class);
            assertThatThrownBy(() -> fd.addSeals(8)).as("no seal can be added").isInstanceOf(PosixException.class);
            assertThat(FileStatus.of(fd).size()).isEqualTo(2 * PAGE);
        }
    }

    private static long mapsContaining(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains(name)).count();
    }
}
