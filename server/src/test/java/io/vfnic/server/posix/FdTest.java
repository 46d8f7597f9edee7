package io.vfnic.server.posix;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FdTest {
    @Test
    void closesItsDescriptorOnce() throws Exception {
        // Given a descriptor and its number
        Fd fd = MemFd.create("fd-test-once", 0);
        int number = fd.number();
        // When it is closed, and the number is given to another file
        fd.close();
        Fd next = MemFd.create("fd-test-next", 0);
        assertThat(next.number()).isEqualTo(number);
        fd.close();
        // Then the other file stays open
        assertThat(OpenFiles.named("fd-test-next")).isEqualTo(1);
        assertThat(OpenFiles.named("fd-test-once")).isZero();
        next.close();
    }

    @Test
    void refusesToTellTheNumberOfAClosedDescriptor() throws Exception {
        Fd fd = MemFd.create("fd-test-closed", 0);
        fd.close();
        assertThat(fd.isOpen()).isFalse();
        assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void duplicatesAreClosedSeparately() throws Exception {
        Fd fd = MemFd.create("fd-test-dup", 0);
        Fd duplicate = fd.duplicate();
        fd.close();
        assertThat(OpenFiles.named("fd-test-dup")).isEqualTo(1);
        duplicate.close();
        assertThat(OpenFiles.named("fd-test-dup")).isZero();
    }

    @Test
    void setsNonBlocking() throws Exception {
        Fd[] pair = UnixSockets.pair(false);
        pair[0].setNonBlocking();
        String info = Files.readString(Path.of("/proc/self/fdinfo/" + pair[0].number()));
        assertThat(info).containsPattern("flags:\\s+0?2004002");
        pair[0].close();
        pair[1].close();
    }
}
