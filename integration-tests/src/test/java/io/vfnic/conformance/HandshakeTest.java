package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.version.Version;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, section "VFIO_USER_VERSION"; errno values and closing as libvfio-user's. */
class HandshakeTest extends ServerTest {
    @Test
    void theReplyFitsTheBufferOfQemuAndHasJson() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            Message reply = assertSucceeds(second.call(
                Command.VERSION, VfioUserClient.versionPayload(0, 0, VfioUserClient.QEMU_CAPABILITIES)));

            Version version = new Version().wrap(reply.buffer(), 0, reply.payload().length);
            assertThat(reply.size()).isLessThanOrEqualTo(ProtocolLimits.MAX_VERSION_REPLY);
            assertThat(version.major()).isZero();
            assertThat(version.minor()).isZero();
            assertThat(version.isJsonTerminated()).isTrue();
        }
    }

    /** QEMU refuses a device whose limits are below its needs: the configuration space is read in one transfer. */
    @Test
    void theCapabilitiesSuitQemu() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            VersionCapabilities capabilities = second.negotiate(VfioUserClient.QEMU_CAPABILITIES);

            assertThat(capabilities.maxMessageFds()).isBetween(1, 16);
            assertThat(capabilities.maxDataTransfer()).isBetween(4096L, 64L << 20);
            assertThat(capabilities.pageSizes()).isEqualTo(4096);
            assertThat(capabilities.maxDmaMaps()).isBetween(1L, 65535L);
            assertThat(capabilities.writeMultiple()).as("QEMU 10.1 and 10.2 queue everything if it is offered")
                .isFalse();
            assertThat(capabilities.twinSocket().supported()).as("was not offered").isFalse();
        }
    }

    /** "The minor version in the reply must be equal to or less than the minor version proposed." */
    @Test
    void aHigherMinorVersionIsAnsweredWithOurs() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            Message reply = assertSucceeds(second.call(Command.VERSION, VfioUserClient.versionPayload(0, 1, "{}")));

            assertThat(new Version().wrap(reply.buffer(), 0, reply.payload().length).minor()).isZero();
        }
    }

    /** "version data ... Optional". */
    @Test
    void aClientWithoutJsonGetsTheDefaults() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            assertSucceeds(second.call(Command.VERSION, new byte[Version.MIN_LENGTH]));

            assertThat(second.deviceInfo().regionCount()).isGreaterThanOrEqualTo(9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{\"capabilities\":3}", "{\"capabilities\":{\"max_msg_fds\":-1}}",
        "{\"capabilities\":{\"max_msg_fds\":1025}}", "{\"capabilities\":{\"max_data_xfer_size\":\"many\"}}",
        "{\"capabilities\":{\"twin_socket\":true}}", "{\"capabilities\":{\"migration\":{\"pgsize\":5000}}}"})
    void unacceptableJsonIsAnsweredWithEinvalAndClosed(String json) throws IOException {
        assertRefused(VfioUserClient.versionPayload(0, 0, json));
    }

    @Test
    void jsonWithoutNulIsAnsweredWithEinvalAndClosed() throws IOException {
        byte[] payload = VfioUserClient.versionPayload(0, 0, "{}");
        assertRefused(Arrays.copyOf(payload, payload.length - 1));
    }

    @Test
    void jsonThatIsNoUtf8IsAnsweredWithEinvalAndClosed() throws IOException {
        byte[] payload = VfioUserClient.versionPayload(0, 0, "{\"x\":\"??\"}");
        payload[new String(payload, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte)0xFF;
        payload[payload.length - 2] = '!';
        assertRefused(payload);
    }

    @Test
    void anotherMajorVersionIsAnsweredWithEinvalAndClosed() throws IOException {
        assertRefused(VfioUserClient.versionPayload(1, 0, "{}"));
    }

    @Test
    void aShortVersionIsAnsweredWithEinvalAndClosed() throws IOException {
        assertRefused(new byte[3]);
    }

    @Test
    void versionWithAFileDescriptorIsAnsweredWithEinvalAndClosed() throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            assertRefused(VfioUserClient.versionPayload(0, 0, "{}"), eventFd.fd());
        }
    }

    @Test
    void anyOtherFirstCommandIsAnsweredWithEinvalAndClosed() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            assertFails(Errno.EINVAL, second.call(Command.DEVICE_RESET, NOTHING));
            second.exchange().awaitClosedByServer();
        }
        assertAlive();
    }

    @Test
    void aSecondVersionIsAnsweredWithEinvalOnly() {
        assertFails(Errno.EINVAL, Command.VERSION, VfioUserClient.versionPayload(0, 0, "{}"));
    }

    @Test
    void aFirstMessageThatIsTooLongClosesTheConnection() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            byte[] message = VfioUserClient.encode(0, Command.VERSION.number(), 0, NOTHING);
            new MessageHeader().wrap(new UnsafeBuffer(message), 0).size(0x7FFF_FFFF);

            second.exchange().send(message);

            second.exchange().awaitClosedByServer();
        }
        assertAlive();
    }

    /** The function is free again after a handshake that failed. */
    private void assertRefused(byte[] payload, Fd... fds) throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(1))) {
            CompletableFuture<Message> reply = second.start(Command.VERSION, payload, fds);
            assertFails(Errno.EINVAL, second.exchange().await(reply));
            second.exchange().awaitClosedByServer();
        }
        try (VfioUserClient third = VfioUserClient.attach(server.socket(1))) {
            assertThat(third.deviceInfo().regionCount()).isGreaterThanOrEqualTo(9);
        }
        assertAlive();
    }
}
