package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import org.junit.jupiter.api.Test;

/** One client for each function: a second is told so and closed, the first is not disturbed. */
class ManyClientsTest extends ServerTest {
    @Test
    void aSecondClientIsToldBusyAndClosed() throws IOException {
        try (VfioUserClient second = VfioUserClient.connect(server.socket(0))) {
            CompletableFuture<Message> reply = second.start(
                Command.VERSION, VfioUserClient.versionPayload(0, 0, VfioUserClient.QEMU_CAPABILITIES));

            assertFails(Errno.EBUSY, second.exchange().await(reply));
            second.exchange().awaitClosedByServer();
        }
        assertAlive();
    }

    @Test
    void theFirstClientKeepsItsInterruptsWhenASecondComesAndGoes() throws IOException {
        try (EventFd signal = EventFd.create()) {
            client.setEventFds(IrqIndex.MSIX, 0, signal);
            for (int i = 0; i < 5; i++) {
                try (VfioUserClient second = VfioUserClient.connect(server.socket(0))) {
                    second.start(Command.VERSION, VfioUserClient.versionPayload(0, 0, "{}"));
                    second.exchange().awaitClosedByServer();
                }
            }

            client.setIrqs(0x21, IrqIndex.MSIX, 0, 1);

            assertThat(signal.drain()).isEqualTo(1);
        }
    }

    @Test
    void functionsAreIndependent() throws IOException {
        try (VfioUserClient second = VfioUserClient.attach(server.socket(1))) {
            assertThat(second.deviceInfo().regionCount()).isEqualTo(9);
        }
        assertAlive();
    }

    /** "accept a new client afterwards": QEMU's device_add does the full sequence again. */
    @Test
    void afterTheClientHasGoneAnotherGetsAFunctionInItsResetState() throws IOException {
        client.write(7, 4, new byte[]{6, 0});
        client.close();

        for (int i = 0; i < 10; i++) {
            try (VfioUserClient next = server.attachWhenFree(0)) {
                assertThat(next.read(7, 4, 2)).as("COMMAND").isEqualTo(new byte[]{0, 0});
                next.write(7, 4, new byte[]{6, 0});
            }
        }
        client = server.attachWhenFree(0);
    }
}
