package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.SimulatedGuest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Three functions, each driven by a guest of its own. */
abstract class GuestsTest extends ServerTest {
    SimulatedGuest first;
    SimulatedGuest second;
    SimulatedGuest third;

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

    static byte[] frame(SimulatedGuest from, SimulatedGuest to, int length, long seed) {
        return Frames.of(to.driver().mac(), from.driver().mac(), length, seed);
    }

    /** Some frames there and back arrive as they were sent. */
    static void assertTraffic(SimulatedGuest one, SimulatedGuest other) {
        for (int i = 0; i < 50; i++) {
            byte[] there = frame(one, other, 400, i);
            byte[] back = frame(other, one, 500, -i);
            one.driver().transmit().send(there);
            other.driver().transmit().send(back);
            assertThat(other.driver().receive().await().bytes()).isEqualTo(there);
            assertThat(one.driver().receive().await().bytes()).isEqualTo(back);
        }
    }
}
