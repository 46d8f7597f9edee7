package io.vfnic.server.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.ShowRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.OpenFiles;
import io.vfnic.server.posix.ProcessInfo;
import io.vfnic.server.support.LoggedText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Specification, section "VFIO_USER_VERSION", and who gets the function. */
@Timeout(30)
class HandshakeTest {
    private static final int EBUSY = 16;
    private static final int EINVAL = 22;
    /** QEMU takes a reply that is longer than its own request, 214 bytes, for garbage. */
    private static final int QEMU_LARGEST_REPLY_PAYLOAD = 214 - 16;

    private SessionFixture fixture;

    @BeforeEach
    void serve() throws Exception {
        fixture = new SessionFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void answersVersionZeroWithItsCapabilities() throws Exception {
        try (TestClient client = fixture.connect()) {
            TestClient.Message reply = client.call(Command.VERSION, TestClient.version());
            assertThat(reply.errno()).isZero();
            assertThat(reply.payload().getInt(0)).isZero();
            int length = reply.payload().capacity();
            assertThat(length).isLessThanOrEqualTo(QEMU_LARGEST_REPLY_PAYLOAD);
            assertThat(new String(reply.bytes(4, length - 4), StandardCharsets.UTF_8)).endsWith("\0")
                .contains("\"max_msg_fds\":16", "\"max_data_xfer_size\":1048576").doesNotContain("write_multiple");
            assertThat(fixture.port.calls()).containsExactly("attach");
        }
    }

    @Test
    void answersAHigherMinorVersionWithZero() throws Exception {
        // cloud-hypervisor sends 0.1
        try (TestClient client = fixture.connect()) {
            TestClient.Message reply =
                client.call(Command.VERSION, new Payload().u16(0).u16(1).text("{\"capabilities\":{}}"));
            assertThat(reply.payload().getInt(0)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"capabilities\":{\"max_msg_fds\":-1}}", "{\"capabilities\":7}"})
    void refusesBadJsonAndCloses(String json) throws Exception {
        try (TestClient client = fixture.connect()) {
            assertThat(client.errno(Command.VERSION, new Payload().u16(0).u16(0).text(json))).isEqualTo(EINVAL);
            assertThat(client.receive().isEnd()).isTrue();
            assertThat(fixture.port.calls()).isEmpty();
        }
    }

    @Test
    void refusesAnotherMajorVersionAndCloses() throws Exception {
        try (TestClient client = fixture.connect()) {
            assertThat(client.errno(Command.VERSION, new Payload().u16(1).u16(0).text("{}"))).isEqualTo(EINVAL);
            assertThat(client.receive().isEnd()).isTrue();
        }
    }

    @Test
    void refusesAnyOtherFirstMessageAndCloses() throws Exception {
        try (TestClient client = fixture.connect(); Fd fd = MemFd.create("handshake-test", 4096)) {
            assertThat(client.errno(Command.DMA_MAP, new Payload().u32(32, 3).u64(0, 0, 4096), fd)).isEqualTo(EINVAL);
            assertThat(client.receive().isEnd()).isTrue();
            fixture.settle();
            assertThat(OpenFiles.named("handshake-test")).isEqualTo(1);
        }
    }

    @Test
    void refusesASecondIntroductionOfTheSameClient() throws Exception {
        try (TestClient client = fixture.connect().introduce()) {
            assertThat(client.errno(Command.VERSION, TestClient.version())).isEqualTo(EINVAL);
            assertThat(client.readRegister(0)).isZero();
        }
    }

    @Test
    void tellsASecondClientThatTheFunctionIsBusyAndLeavesTheFirstAlone() throws Exception {
        try (TestClient first = fixture.connect().introduce(); TestClient second = fixture.connect()) {
            assertThat(second.errno(Command.VERSION, TestClient.version())).isEqualTo(EBUSY);
            assertThat(second.receive().isEnd()).isTrue();
            assertThat(first.readRegister(0)).isZero();
            assertThat(fixture.port.calls()).containsExactly("attach");
        }
    }

    @Test
    void logsWhoHasTheFunctionThatASecondClientWanted() throws Exception {
        int pid = (int)ProcessHandle.current().pid();
        try (LoggedText log = new LoggedText(); TestClient first = fixture.connect().introduce();
            TestClient second = fixture.connect()) {
            second.errno(Command.VERSION, TestClient.version());
            assertThat(first.readRegister(0)).isZero();
            assertThat(log.toString()).contains("a second client was refused: " + ProcessInfo.name(pid) + " (pid " +
                pid + ") has the function client=" + pid);
        }
    }

    @Test
    void tellsAClientOfTheControlPlaneInItsOwnProtocolAndCloses() throws Exception {
        try (LoggedText log = new LoggedText(); ControlClient client = ControlClient.connect(fixture.path())) {
            assertThatThrownBy(() -> client.call(Request.newBuilder().setShow(ShowRequest.getDefaultInstance())))
                .isInstanceOf(CardRefusedException.class).hasMessageContaining("vf0: this is the function's socket")
                .hasMessageContaining("control.sock");
            assertThatThrownBy(() -> client.call(Request.newBuilder().setShow(ShowRequest.getDefaultInstance())))
                .isInstanceOf(IOException.class);
            assertThat(log.toString()).contains("vf0: ", "(pid " + ProcessHandle.current().pid() +
                ") was refused: it speaks to the control plane, whose socket is control.sock");
            assertThat(fixture.port.calls()).isEmpty();
        }
    }

    /** A request whose id is 1 begins with its length and 0x08, and so can a VERSION command. */
    @Test
    void takesNoVersionForARequestWhateverItsId() throws Exception {
        int length = MessageHeader.LENGTH + TestClient.version().bytes().length;
        try (TestClient client = fixture.connect()) {
            client.send(0x0800 | length - 1, Command.VERSION.number(), 0, 0, TestClient.version());
            TestClient.Message reply = client.receive();
            assertThat(reply.id()).isEqualTo(0x0800 | length - 1).isLessThan(0x0880);
            assertThat(reply.errno()).isZero();
        }
    }

    @Test
    void aConnectionThatSaysNothingDoesNotHoldTheFunction() throws Exception {
        try (TestClient silent = fixture.connect(); TestClient client = fixture.connect()) {
            client.introduce();
            assertThat(silent.errno(Command.VERSION, TestClient.version())).isEqualTo(EBUSY);
        }
    }

    @Test
    void givesTheFunctionToTheNextClientWhenTheOneBeforeIsGoneAndTheDeviceQuiet() throws Exception {
        // Given a client that left a device which needs its time
        fixture.port.slow = true;
        fixture.connect().introduce().close();
        fixture.awaitCall("detach");
        try (TestClient next = fixture.connect(); TestClient third = fixture.connect()) {
            // When the next one comes at once
            next.send(Command.VERSION, TestClient.version());
            next.send(Command.DEVICE_GET_INFO, new Payload().u32(16, 0, 0, 0));
            fixture.settle();
            assertThat(third.errno(Command.VERSION, TestClient.version())).isEqualTo(EBUSY);
            assertThat(fixture.port.calls()).containsExactly("attach", "detach");
            // Then it has the function as soon as the device is quiet
            fixture.port.slow = false;
            fixture.port.becomeQuiet();
            assertThat(next.receive().command()).isEqualTo(Command.VERSION.number());
            assertThat(next.receive().command()).isEqualTo(Command.DEVICE_GET_INFO.number());
            assertThat(fixture.port.calls()).containsExactly("attach", "detach", "attach");
        }
    }

    @Test
    void manyClientsInTurnLeaveNothingOpen() throws Exception {
        long before = OpenFiles.named("socket:");
        for (int i = 0; i < 50; i++) {
            try (TestClient client = fixture.connect()) {
                client.introduce();
            }
            int attached = i + 1;
            while (fixture.port.calls().stream().filter("detach"::equals).count() < attached) {
                Thread.sleep(1);
            }
        }
        fixture.settle();
        assertThat(OpenFiles.named("socket:")).isEqualTo(before);
    }

    @Test
    void whoSaysNothingKeepsNoMoreThanAFewConnections() throws Exception {
        List<TestClient> silent = new ArrayList<>();
        for (int i = 0; i < FunctionServer.MAX_CONNECTIONS; i++) {
            silent.add(fixture.connect());
        }
        try (TestClient oneTooMany = fixture.connect()) {
            assertThat(oneTooMany.receive().isEnd()).isTrue();
        }
        // And room is made by who leaves
        silent.removeFirst().close();
        silent.removeFirst().close();
        fixture.awaitConnections(FunctionServer.MAX_CONNECTIONS - 2);
        try (TestClient client = fixture.connect()) {
            client.introduce();
        }
        silent.forEach(TestClient::close);
    }
}
