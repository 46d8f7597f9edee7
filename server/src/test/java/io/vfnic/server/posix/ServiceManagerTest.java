package io.vfnic.server.posix;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The service's side of sd_notify(3). */
class ServiceManagerTest {
    @TempDir
    private Path directory;

    @Test
    void itIsToldThatTheServiceIsReadyAndThatItStops() throws Exception {
        Path path = directory.resolve("notify");
        try (NotifySocket socket = new NotifySocket(path)) {
            ServiceManager manager = ServiceManager.at(path.toString());
            // When
            manager.ready("2 functions");
            manager.stopping();
            // Then each is one datagram
            assertThat(socket.receive()).isEqualTo("READY=1\nSTATUS=2 functions");
            assertThat(socket.receive()).isEqualTo("STOPPING=1\nSTATUS=Stopping");
        }
    }

    /** unix(7): an abstract name begins with a NUL, which the variable spells as @, and ends where the address ends. */
    @Test
    void itMayListenAtAnAbstractName() {
        String name = "@vfnic-test-" + ProcessHandle.current().pid();
        // When nobody listens there, the address is understood all the same
        assertThatThrownBy(() -> ServiceManager.at(name).ready("")).isInstanceOfSatisfying(PosixException.class,
            e -> assertThat(e.errno()).isEqualTo(PosixErrno.ECONNREFUSED));
    }

    @ParameterizedTest
    @NullAndEmptySource
    void withoutOneNothingIsSaid(String none) {
        assertThatCode(() -> ServiceManager.at(none).ready("")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "vsock:2:1234"})
    void anAddressOfAnotherKindIsRefused(String address) {
        assertThatThrownBy(() -> ServiceManager.at(address)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(address);
    }

    @Test
    void aSocketThatHasGoneIsNamed() {
        String gone = directory.resolve("gone").toString();
        assertThatThrownBy(() -> ServiceManager.at(gone).ready("")).isInstanceOf(PosixException.class)
            .hasMessageContaining(gone);
    }
}
