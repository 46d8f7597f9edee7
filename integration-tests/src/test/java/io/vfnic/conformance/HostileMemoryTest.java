package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import io.vfnic.protocol.Errno;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.ReceivedFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guest memory that is taken away, or answers with errors, costs that guest its connection and nobody else anything. */
class HostileMemoryTest extends ServerTest {
    private SimulatedGuest first;
    private SimulatedGuest second;
    private SimulatedGuest third;

    @BeforeEach
    void startGuests() throws IOException {
        first = SimulatedGuest.withSharedMemory(client);
        second = SimulatedGuest.withSharedMemory(VfioUserClient.attach(server.socket(1)));
        third = SimulatedGuest.withSharedMemory(VfioUserClient.attach(server.socket(2)));
        first.driver().start();
        second.driver().start();
        third.driver().start();
    }

    @AfterEach
    void stopGuests() {
        first.close();
        second.close();
        third.close();
    }

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
        for (int i = 0; i < 50; i++) {
            byte[] there = frame(first, third, 400, i);
            byte[] back = frame(third, first, 500, -i);
            first.driver().transmit().send(there);
            third.driver().transmit().send(back);
            ReceivedFrame received = third.driver().receive().await();
            assertThat(received.bytes()).isEqualTo(there);
            assertThat(first.driver().receive().await().bytes()).isEqualTo(back);
        }
        assertAlive();
    }

    private static void truncate(SimulatedGuest guest) {
        try {
            guest.memory().truncate(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(SimulatedGuest from, SimulatedGuest to, int length, long seed) {
        return Frames.of(to.driver().mac(), from.driver().mac(), length, seed);
    }
}
