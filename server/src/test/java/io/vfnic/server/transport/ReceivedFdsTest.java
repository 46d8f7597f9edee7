package io.vfnic.server.transport;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.agrona.BufferUtil;
import org.junit.jupiter.api.Test;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.OpenFiles;
import io.vfnic.server.posix.UnixSockets;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client may have this process hold open. */
class ReceivedFdsTest {
    private static final String NAME = "received-fds-test";

    @Test
    void piecesOfAMessageBringNoMoreDescriptorsThanOneMessageMay() throws Exception {
        // Given three pieces of a message, each with as many descriptors as Linux lets it have
        Fd[] pair = UnixSockets.pair(false);
        ByteBuffer memory = ByteBuffer.allocateDirect(1);
        try (Fd file = MemFd.create(NAME, 4096); RawPeer peer = new RawPeer(pair[0]); Fd socket = pair[1];
            MessageReceiver receiver = new MessageReceiver(); ReceivedFds fds = new ReceivedFds()) {
            Fd[] many = new Fd[MessageReceiver.MAX_FDS];
            Arrays.fill(many, file);
            // When they are received
            for (int piece = 0; piece < 3; piece++) {
                peer.send(new byte[1], many);
                assertThat(receiver.receive(socket, BufferUtil.address(memory), 1)).isEqualTo(1);
                fds.addAll(receiver);
            }
            // Then only the first ones are kept, and the rest is closed with the next receive
            peer.send(new byte[1]);
            receiver.receive(socket, BufferUtil.address(memory), 1);
            assertThat(fds.count()).isEqualTo(MessageReceiver.MAX_FDS);
            assertThat(fds.isTruncated()).isTrue();
            assertThat(OpenFiles.named(NAME)).isEqualTo(1 + MessageReceiver.MAX_FDS);
        }
        assertThat(OpenFiles.named(NAME)).isZero();
    }
}
