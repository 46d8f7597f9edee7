package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.ReceivedFrame;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.VfRegisters;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Everything at once: two guests send to each other and to a third, which keeps resetting, unmapping, shrinking its
 * memory and vanishing. Frames may be lost on their way to the third; none may arrive damaged, twice or out of order.
 */
class StressTest extends GuestsTest {
    private static final int FRAMES = 20_000;
    private static final int LIVES = 60;
    private static final int SEQUENCE_AT = Frames.HEADER_LENGTH;
    private static final int SENDER_AT = 5;

    private volatile boolean trafficEnds;

    @Test
    void trafficIsWholeWhateverAThirdGuestDoes() throws Exception {
        byte[] thirdMac = third.driver().mac();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Future<Integer> one = threads.submit(exchange(first, second.driver().mac(), thirdMac, 1));
            Future<Integer> two = threads.submit(exchange(second, first.driver().mac(), thirdMac, 2));
            Future<Integer> lives = threads.submit(this::liveManyLives);

            int received = one.get() + two.get();
            trafficEnds = true;

            assertThat(received).isPositive();
            assertThat(lives.get()).isPositive();
        }
        drain(first);
        drain(second);
        assertTraffic(first, second);
        third.client().reset();
        third.driver().start();
        drain(third);
        assertTraffic(second, third);
    }

    /** Sends to a partner and to the third guest, and checks whatever arrives; returns how many frames did. */
    private static Callable<Integer> exchange(SimulatedGuest self, byte[] partner, byte[] other, long seed) {
        return () -> {
            SplittableRandom random = new SplittableRandom(seed);
            Sequence sequence = new Sequence();
            int last = 0;
            for (int i = 0; i < FRAMES; i++) {
                byte[] destination = random.nextInt(4) == 0 ? other : partner;
                last = self.driver().transmit().send(numbered(self, destination, random.nextInt(60, 1514), i));
                sequence.receive(self);
            }
            self.driver().transmit().awaitDone(last);
            return sequence.count;
        };
    }

    private int liveManyLives() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        int lives = 0;
        Sequence sequence = new Sequence();
        do {
            for (int i = 0; i < 50; i++) {
                sequence.receive(third);
            }
            switch (random.nextInt(5)) {
                case 0 -> third.client().reset();
                case 1 -> third.driver().resetFunction();
                case 2 -> {
                    third.client().unmap(third.memory());
                    third.memory().buffer().setMemory(0, third.memory().size(), (byte)0);
                    third.client().map(third.memory());
                }
                case 3 -> {
                    third.memory().truncate(0);
                    third.close();
                    third = SimulatedGuest.withSharedMemory(server.attachWhenFree(2));
                }
                default -> {
                    third.close();
                    third = SimulatedGuest.withSharedMemory(server.attachWhenFree(2));
                }
            }
            third.driver().start();
            sequence = new Sequence();
            lives++;
        } while (!trafficEnds && lives < LIVES);
        return lives;
    }

    private static void drain(SimulatedGuest guest) {
        while (guest.driver().receive().poll() != null) {
            Thread.onSpinWait();
        }
        // The tails are posted: after this read the card has them, and with them a ring that is not full.
        guest.driver().read(VfRegisters.STATUS);
    }

    private static byte[] numbered(SimulatedGuest self, byte[] destination, int length, int number) {
        byte[] frame = Frames.of(destination, self.driver().mac(), length, number);
        new UnsafeBuffer(frame).putInt(SEQUENCE_AT, number, ByteOrder.BIG_ENDIAN);
        return frame;
    }

    /** What one guest receives. */
    private static final class Sequence {
        private final List<Integer> last = new ArrayList<>(List.of(-1, -1, -1, -1, -1, -1, -1, -1));
        private int count;

        void receive(SimulatedGuest guest) {
            for (ReceivedFrame frame = guest.driver().receive().poll(); frame != null;
                frame = guest.driver().receive().poll()) {
                check(frame.bytes());
                count++;
            }
        }

        private void check(byte[] frame) {
            int number = new UnsafeBuffer(frame).getInt(SEQUENCE_AT, ByteOrder.BIG_ENDIAN);
            int sender = frame[2 * SENDER_AT + 1] & 7;
            byte[] expected = Frames.of(frame, Arrays.copyOfRange(frame, 6, 12), frame.length, number);
            new UnsafeBuffer(expected).putInt(SEQUENCE_AT, number, ByteOrder.BIG_ENDIAN);
            assertThat(frame).isEqualTo(expected);
            assertThat(number).as("numbers from one sender rise").isGreaterThan(last.get(sender));
            last.set(sender, number);
        }
    }
}
