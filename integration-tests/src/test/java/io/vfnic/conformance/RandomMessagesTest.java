package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages made at random from plausible and absurd parts: each is answered or costs at most its sender. */
class RandomMessagesTest extends ServerTest {
    private static final int MESSAGES = 5_000;
    private static final long[] VALUES = {0, 1, 2, 3, 4, 5, 7, 8, 9, 0x10, 0x14, 0x18, 0x20, 0x21, 0x24, 0x30, 0x800,
        0xC40, 0x1000, 0x2828, 0x3818, 0x7FFC, 0x8000, 0x10_0000, 0x10_0001, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL,
        0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, -1, -4096};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyCommandIsAnsweredWhateverItSays(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (EventFd eventFd = EventFd.create(); GuestMemory memory = GuestMemory.shared(0x1000, 1 << 20)) {
            client.map(memory);
            for (int i = 0; i < MESSAGES; i++) {
                Command command = Command.values()[random.nextInt(Command.values().length)];
                byte[] payload = payload(random);
                Fd[] fds = fds(random, eventFd.fd(), memory.fd());
                if (random.nextInt(4) == 0) {
                    client.post(command, payload, fds);
                } else {
                    assertThat(client.call(command, payload, fds).commandNumber()).isEqualTo(command.number());
                }
            }
            assertAlive();
        }
    }

    /** Headers, too, are absurd: whoever sends them may be disconnected, the other functions' clients are not. */
    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void absurdHeadersCostAtMostTheConnection(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (EventFd eventFd = EventFd.create()) {
            for (int i = 0; i < 200; i++) {
                try (VfioUserClient absurd = server.attachWhenFree(1)) {
                    for (int k = 0; k < 10; k++) {
                        byte[] message = VfioUserClient.encode(random.nextInt(), random.nextInt(20),
                            random.nextInt(64), payload(random));
                        if (random.nextInt(3) == 0) {
                            new MessageHeader().wrap(new UnsafeBuffer(message), 0).size(value(random));
                        }
                        absurd.exchange().send(message, fds(random, eventFd.fd()));
                    }
                } catch (IllegalStateException disconnected) {
                    assertThat(disconnected).hasMessageContaining("closed the connection");
                }
            }
        }
        assertAlive();
        try (VfioUserClient next = server.attachWhenFree(1)) {
            assertThat(next.deviceInfo().regionCount()).isEqualTo(9);
        }
    }

    private static Fd[] fds(SplittableRandom random, Fd... choice) {
        Fd[] fds = new Fd[random.nextInt(6) == 0 ? random.nextInt(1, 5) : 0];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = choice[random.nextInt(choice.length)];
        }
        return fds;
    }

    private static byte[] payload(SplittableRandom random) {
        byte[] payload = new byte[random.nextInt(12) * Integer.BYTES];
        UnsafeBuffer buffer = new UnsafeBuffer(payload);
        for (int at = 0; at < payload.length; at += Integer.BYTES) {
            buffer.putInt(at, (int)value(random));
        }
        if (payload.length >= Integer.BYTES && random.nextBoolean()) {
            buffer.putInt(0, payload.length);
        }
        return payload;
    }

    private static long value(SplittableRandom random) {
        return random.nextInt(8) == 0 ? random.nextLong() : VALUES[random.nextInt(VALUES.length)];
    }
}
