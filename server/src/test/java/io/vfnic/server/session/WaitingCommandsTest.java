package io.vfnic.server.session;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vfnic.protocol.Command;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.OpenFiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Commands that wait: for the device to be quiet, or for the client to read its replies. */
@Timeout(30)
class WaitingCommandsTest {
    private static final String NAME = "waiting-commands-test";

    private SessionFixture fixture;
    private TestClient client;

    @BeforeEach
    void serve() throws Exception {
        fixture = new SessionFixture();
        client = fixture.connect().introduce();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        fixture.close();
    }

    private static Payload write(long register, int value) {
        return new Payload().u64(register).u32(0, 4).u32(value);
    }

    @Test
    void nothingIsHandledBetweenAStopAndQuietAndThenEverythingInOrder() throws Exception {
        fixture.port.slow = true;
        int stop = client.send(Command.REGION_WRITE, write(FakePort.DISABLE_REGISTER, 0));
        // More than the queue of waiting commands and the socket hold
        CompletableFuture<Integer> last = CompletableFuture.supplyAsync(() -> {
            for (int i = 0; i < 3000; i++) {
                client.sendPosted(Command.REGION_WRITE, write(0x10, i));
            }
            return client.send(Command.REGION_READ, new Payload().u64(0x10).u32(0, 4));
        });
        fixture.awaitCall("disable");
        fixture.settle();
        assertThat(fixture.port.calls()).containsExactly("attach", "disable");
        fixture.port.slow = false;
        fixture.port.becomeQuiet();
        assertThat(client.receive().id()).isEqualTo(stop);
        TestClient.Message reply = client.receive();
        assertThat(reply.id()).isEqualTo(last.get());
        assertThat(reply.payload().getInt(16)).isEqualTo(2999);
        assertThat(fixture.port.calls()).hasSize(3002);
    }

    @Test
    void aPostedStopHoldsUpWhatFollowsToo() throws Exception {
        fixture.port.slow = true;
        client.sendPosted(Command.REGION_WRITE, write(FakePort.DISABLE_REGISTER, 0));
        client.sendPosted(Command.REGION_WRITE, write(0x10, 1));
        fixture.awaitCall("disable");
        fixture.settle();
        assertThat(fixture.port.calls()).containsExactly("attach", "disable");
        fixture.port.slow = false;
        fixture.port.becomeQuiet();
        assertThat(client.readRegister(0x10)).isEqualTo(1);
    }

    @Test
    void descriptorsOfWaitingCommandsArriveLaterOrAreClosed() throws Exception {
        fixture.port.slow = true;
        try (Fd file = MemFd.create(NAME, 8192); EventFd event = EventFd.create()) {
            client.send(Command.DEVICE_RESET, new Payload());
            client.send(Command.DMA_MAP, new Payload().u32(32, 3).u64(0, 0, 4096), file);
            client.send(Command.DEVICE_SET_IRQS, new Payload().u32(20, 0x24, 2, 0, 1), event.fd());
            fixture.awaitCall("reset");
            fixture.settle();
            fixture.port.slow = false;
            fixture.port.becomeQuiet();
            for (int i = 0; i < 3; i++) {
                assertThat(client.receive().errno()).isZero();
            }
            fixture.port.msix.get(0).raise();
            assertThat(event.drain()).isEqualTo(1);
            // And once more, with a client that leaves while they wait
            fixture.port.slow = true;
            client.send(Command.DEVICE_RESET, new Payload());
            client.send(Command.DMA_MAP, new Payload().u32(32, 3).u64(0, 8192, 4096), file);
            while (OpenFiles.named(NAME) < 3) {
                Thread.sleep(1);
            }
            client.close();
            fixture.awaitCall("detach");
            fixture.settle();
            assertThat(OpenFiles.named(NAME)).isEqualTo(1);
        }
    }

    @Test
    void aClientWhoseWaitingCommandsHoldManyDescriptorsIsNotRead() throws Exception {
        int commands = 20;
        fixture.port.slow = true;
        try (Fd file = MemFd.create(NAME, 8192)) {
            Fd[] many = new Fd[MessageReceiver.MAX_FDS];
            Arrays.fill(many, file);
            int stop = client.send(Command.DEVICE_RESET, new Payload());
            // Given more descriptors than there are to be, with commands that wait
            for (int i = 0; i < commands; i++) {
                client.send(Command.DEVICE_GET_INFO, new Payload().u32(16, 0, 0, 0), many);
            }
            while (OpenFiles.named(NAME) < 2L * many.length) {
                Thread.sleep(1);
            }
            fixture.settle();
            // Then only some of them are held, and all commands are answered in the end
            assertThat(OpenFiles.named(NAME)).isLessThan(6L * many.length);
            fixture.port.slow = false;
            fixture.port.becomeQuiet();
            assertThat(client.receive().id()).isEqualTo(stop);
            for (int i = 0; i < commands; i++) {
                assertThat(client.receive().errno()).isNotZero();
            }
            assertThat(OpenFiles.named(NAME)).isEqualTo(1);
        }
    }

    @Test
    void aClientThatDoesNotReadItsRepliesIsNotReadEither() throws Exception {
        // Given a client that sends reads of 4 KiB until the server takes no more, without reading
        int sent = 0;
        byte[] read = new Payload().u16(1).u16(9).u32(32, 0, 0).u64(0).u32(7, 4096).bytes();
        while (trySend(read)) {
            sent++;
        }
        // Then only a bounded number was taken, and all are answered when it reads
        assertThat(sent).isLessThan(5000);
        for (int i = 0; i < sent; i++) {
            assertThat(client.receive().payload().capacity()).isEqualTo(16 + 4096);
        }
        assertThat(client.readRegister(0)).isZero();
    }

    private boolean trySend(byte[] bytes) throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            if (client.peer().trySend(bytes)) {
                return true;
            }
            Thread.sleep(2);
        }
        return false;
    }
}
