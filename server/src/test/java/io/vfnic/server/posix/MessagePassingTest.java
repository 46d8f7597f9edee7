package io.vfnic.server.posix;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MessagePassingTest {
    private static final String NAME = "message-passing-test";

    private final ByteBuffer storage = ByteBuffer.allocateDirect(8192);
    private final UnsafeBuffer bytes = new UnsafeBuffer(storage);
    private final long address = BufferUtil.address(storage);
    private final MessageSender sender = new MessageSender(2, AncillaryLayout.MAX_FDS);
    private final MessageReceiver receiver = new MessageReceiver();
    private Fd[] pair;

    @BeforeEach
    void connect() throws Exception {
        pair = UnixSockets.pair(true);
    }

    @AfterEach
    void closeAll() {
        receiver.close();
        sender.close();
        pair[0].close();
        pair[1].close();
        assertThat(OpenFiles.named(NAME)).isZero();
    }

    @Test
    void bytesFromTwoPlacesArriveWithTheirDescriptors() throws Exception {
        bytes.putBytes(0, "head".getBytes(StandardCharsets.US_ASCII));
        bytes.putBytes(100, "body".getBytes(StandardCharsets.US_ASCII));
        try (Fd one = MemFd.create(NAME, 1); Fd two = MemFd.create(NAME, 2)) {
            assertThat(sender.addBytes(address, 4).addBytes(address + 100, 4).addFd(one).addFd(two).send(pair[0]))
                .isEqualTo(8);
            assertThat(receiver.receive(pair[1], address + 4096, 4096)).isEqualTo(8);
            assertThat(bytes.getStringWithoutLengthAscii(4096, 8)).isEqualTo("headbody");
            assertThat(receiver.fdCount()).isEqualTo(2);
            assertThat(receiver.fdsTruncated()).isFalse();
            try (Fd first = receiver.takeFd(0); Fd second = receiver.takeFd(1)) {
                assertThat(FileStatus.of(first)).isEqualTo(FileStatus.of(one));
                assertThat(FileStatus.of(second).size()).isEqualTo(2);
                assertThatThrownBy(() -> receiver.takeFd(0)).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void descriptorsNobodyTookAreClosedByTheNextReceive() throws Exception {
        try (Fd fd = MemFd.create(NAME, 0)) {
            sender.addBytes(address, 1).addFd(fd).addFd(fd).send(pair[0]);
            sender.addBytes(address, 1).send(pair[0]);
            receiver.receive(pair[1], address, 1);
            assertThat(OpenFiles.named(NAME)).isEqualTo(3);
            receiver.receive(pair[1], address, 1);
            assertThat(OpenFiles.named(NAME)).isEqualTo(1);
            assertThat(receiver.fdCount()).isZero();
        }
    }

    @Test
    void theMostDescriptorsThatLinuxPassesArrive() throws Exception {
        try (Fd fd = MemFd.create(NAME, 0)) {
            sender.addBytes(address, 1);
            for (int i = 0; i < 253; i++) {
                sender.addFd(fd);
            }
            assertThat(sender.send(pair[0])).isEqualTo(1);
            receiver.receive(pair[1], address, 1);
            assertThat(receiver.fdCount()).isEqualTo(253);
            assertThat(receiver.fdsTruncated()).isFalse();
        }
    }

    @Test
    void truncatedDescriptorsAreReportedAndTheOthersNotLeaked() throws Exception {
        try (Fd fd = MemFd.create(NAME, 0); MessageReceiver narrow = new MessageReceiver(2)) {
            sender.addBytes(address, 1).addFd(fd).addFd(fd).addFd(fd).send(pair[0]);
            assertThat(narrow.receive(pair[1], address, 1)).isEqualTo(1);
            assertThat(narrow.fdsTruncated()).isTrue();
            assertThat(narrow.fdCount()).isEqualTo(2);
        }
    }

    @Test
    void anEmptySocketAFullOneAndAClosedOneAreToldApart() {
        assertThat(receiver.receive(pair[1], address, 1)).isEqualTo(-PosixErrno.EAGAIN);
        int sent;
        do {
            sent = sender.addBytes(address, 8192).send(pair[0]);
        } while (sent > 0);
        assertThat(sent).isEqualTo(-PosixErrno.EAGAIN);
        pair[1].close();
        assertThat(sender.addBytes(address, 1).send(pair[0])).isEqualTo(-PosixErrno.EPIPE);
    }

    @Test
    void theEndOfTheStreamIsZero() {
        pair[0].close();
        assertThat(receiver.receive(pair[1], address, 1)).isZero();
    }
}
