package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import io.vfnic.protocol.Errno;
import io.vfnic.testkit.guest.SimulatedGuest;
import org.junit.jupiter.api.Test;

/** Guest memory that is taken away, or answers with errors, costs that guest its connection and others nothing. */
class HostileMemoryTest extends GuestsTest {
    @Test
    void aSenderWhoseFileShrinksIsDisconnected() {
        second.driver().transmit().fill(frame(second, first, 100, 1), 0, 0, 100);
        truncate(second);
        second.driver().transmit().doorbell();

        second.client().exchange().awaitClosedByServer();
        assertTrafficBetweenTheOthers();
    }

    @Test
    void aReceiverWhoseFileShrinksIsDisconnected() {
        truncate(second);
        first.driver().transmit().send(frame(first, second, 100, 1));

        second.client().exchange().awaitClosedByServer();
        assertTrafficBetweenTheOthers();
    }

    @Test
    void theFunctionIsFreeAgainAfterwards() throws IOException {
        truncate(second);
        first.driver().transmit().send(frame(first, second, 100, 1));
        second.client().exchange().awaitClosedByServer();
        second.close();

        second = SimulatedGuest.withSharedMemory(server.attachWhenFree(1));
        second.driver().start();
        byte[] frame = frame(first, second, 200, 2);
        first.driver().transmit().send(frame);

        assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
    }

    /** QEMU answers ENODEV while bus mastering is off: the frame is lost, the rest goes on. */
    @Test
    void aClientThatRefusesDmaHarmsOnlyItself() throws IOException {
        second.close();
        second = SimulatedGuest.withMessageBackedMemory(server.attachWhenFree(1));
        second.driver().start();
        second.client().exchange().dma().failWith(Errno.ENODEV);

        first.driver().transmit().send(frame(first, second, 100, 1));
        second.driver().transmit().doorbell();

        assertTrafficBetweenTheOthers();
    }

    /** A client that stops answering DMA must not stop the card, nor its own commands. */
    @Test
    void aClientThatNeverAnswersDmaHarmsOnlyItself() throws IOException {
        second.close();
        second = SimulatedGuest.withMessageBackedMemory(server.attachWhenFree(1));
        second.driver().start();
        second.client().exchange().ignoreDma(true);

        first.driver().transmit().send(frame(first, second, 100, 1));

        assertTrafficBetweenTheOthers();
        second.client().reset();
        second.client().unmap(second.memory());
        assertThat(second.client().deviceInfo().regionCount()).isEqualTo(9);
    }

    private void assertTrafficBetweenTheOthers() {
        assertTraffic(first, third);
        assertAlive();
    }

    private static void truncate(SimulatedGuest guest) {
        try {
            guest.memory().truncate(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
