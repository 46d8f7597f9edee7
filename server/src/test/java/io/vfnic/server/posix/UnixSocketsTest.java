package io.vfnic.server.posix;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UnixSocketsTest {
    @TempDir
    private Path directory;

    @Test
    void aClientConnectsAndIsAccepted() throws Exception {
        Path path = directory.resolve("s");
        try (Fd listener = UnixSockets.open(true); Fd client = UnixSockets.open(false)) {
            UnixSockets.bind(listener, path);
            UnixSockets.listen(listener, 4);
            assertThat(UnixSockets.accept(listener)).isNull();
            UnixSockets.connect(client, path);
            try (Fd accepted = UnixSockets.accept(listener)) {
                assertThat(UnixSockets.peer(accepted).pid()).isEqualTo(ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void connectingToAStaleSocketFileIsRefused() throws Exception {
        Path path = directory.resolve("stale");
        try (Fd listener = UnixSockets.open(true)) {
            UnixSockets.bind(listener, path);
        }
        assertThat(Files.exists(path)).isTrue();
        try (Fd client = UnixSockets.open(false)) {
            assertThatThrownBy(() -> UnixSockets.connect(client, path)).isInstanceOfSatisfying(
                PosixException.class, e -> assertThat(e.errno()).isEqualTo(PosixErrno.ECONNREFUSED));
        }
    }

    @Test
    void aPathThatNoSocketCanHaveIsNamed() throws Exception {
        Path tooLong = directory.resolve("x".repeat(120));
        try (Fd socket = UnixSockets.open(false)) {
            assertThatThrownBy(() -> UnixSockets.bind(socket, tooLong))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(tooLong.toString());
        }
    }

    @Test
    void aDatagramSocketFindsOutByConnectingAgainThatItsPeerIsGoneOrAnother() throws Exception {
        Path path = directory.resolve("peer");
        try (Fd socket = UnixSockets.openDatagram(true)) {
            assertErrno(socket, path, PosixErrno.ENOENT);
            try (Fd first = UnixSockets.openDatagram(true)) {
                UnixSockets.bind(first, path);
                UnixSockets.connect(socket, path);
                UnixSockets.connect(socket, path);
            }
            assertErrno(socket, path, PosixErrno.ECONNREFUSED);
            Files.delete(path);
            try (Fd second = UnixSockets.openDatagram(true)) {
                UnixSockets.bind(second, path);
                UnixSockets.connect(socket, path);
            }
        }
    }

    @Test
    void whetherAPathIsBoundIsAskedWithoutANotice() throws Exception {
        Path path = directory.resolve("socket");
        assertThatThrownBy(() -> UnixSockets.isBound(path)).isInstanceOf(PosixException.class);
        try (Fd listening = UnixSockets.open(true)) {
            UnixSockets.bind(listening, path);
            assertThat(UnixSockets.isBound(path)).as("about to listen").isTrue();
            UnixSockets.listen(listening, 1);

            assertThat(UnixSockets.isBound(path)).isTrue();
            assertThat(UnixSockets.accept(listening)).isNull();
        }
        assertThat(UnixSockets.isBound(path)).isFalse();
        Files.delete(path);
        try (Fd datagrams = UnixSockets.openDatagram(true)) {
            UnixSockets.bind(datagrams, path);
            assertThat(UnixSockets.isBound(path)).isTrue();
        }
    }

    @Test
    void theOwnerOfASocketIsFoundByItsPath() throws Exception {
        Path path = directory.resolve("a socket");
        assertThat(SocketOwner.of(path)).isEmpty();
        try (Fd socket = UnixSockets.open(true)) {
            UnixSockets.bind(socket, path);

            assertThat(SocketOwner.of(path)).hasValue((int)ProcessHandle.current().pid());
        }
        assertThat(SocketOwner.of(path)).isEmpty();
    }

    private static void assertErrno(Fd socket, Path path, int errno) {
        assertThatThrownBy(() -> UnixSockets.connect(socket, path)).isInstanceOfSatisfying(
            PosixException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
