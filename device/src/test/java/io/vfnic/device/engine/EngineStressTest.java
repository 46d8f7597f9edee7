package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vfnic.device.frame.Packets;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.AgentThreads;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Real agent threads under traffic while sessions map, unmap, reset, come and go. */
class EngineStressTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Long, so that a lost wake-up is a test that hangs. */
    private static final long MAX_PAUSE = TimeUnit.HOURS.toNanos(1);

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final InterruptState interrupts = new InterruptState();
    private final List<GuestModel> guests = List.of(guest(0), guest(1), guest(2));
    private volatile boolean stopped;
    private Engine engine;

    private GuestModel guest(int vf) {
        return new GuestModel(vf, interrupts, GuestModel.newRam());
    }

    private void start(int agents) {
        start(agents, IdleMode.BACKOFF);
    }

    private void start(int agents, IdleMode idleMode) {
        engine = new Engine(
            agents, idleMode, MAX_PAUSE, SystemNanoClock.INSTANCE, AgentThreads.PLAIN, errors::add);
        guests.forEach(g -> engine.add(g.pool));
        engine.publish(new TestSwitch(3).registers());
        engine.start();
    }

    @AfterEach
    void stop() {
        stopped = true;
        engine.close();
        assertThat(errors).isEmpty();
    }

    private static void awaitQuiet(GuestModel guest) throws InterruptedException {
        final CountDownLatch latch = new CountDownLatch(1);
        guest.pool.whenQuiet(latch::countDown);
        latch.await();
    }

    /** A driver that sends for ever: the same ring of frames, broadcasts and large sends again and again. */
    private Thread flood(GuestModel guest, int to) {
        final byte[] headers = Frames.between(guest.vf, to,
            Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        for (int i = 0; i < 24; i++) {
            guest.postData(Frames.unicast(guest.vf, to, 60 + 50 * i), GuestModel.EOP | GuestModel.RS, 0);
            guest.postData(Frames.broadcast(guest.vf, 60 + i), GuestModel.EOP | GuestModel.RS, 0);
            guest.postContext(0, 14, 20, 20, GuestModel.TCP, 500, 0);
            guest.post(guest.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length, 0);
            guest.post(guest.put(new byte[3000]), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 3000, 0);
        }
        for (int i = 120; i < GuestModel.RING_ENTRIES; i++) {
            guest.postData(Frames.unicast(guest.vf, to, 60), GuestModel.EOP | GuestModel.RS, 0);
        }
        final Thread driver = new Thread(() -> {
            while (!stopped) {
                guest.transmit[0].set(QueueRegisters.TAIL_OFFSET,
                    (guest.transmitHead() + GuestModel.RING_ENTRIES - 1) % GuestModel.RING_ENTRIES);
                guest.pool.doorbell();
                Thread.yield();
            }
        });
        driver.setDaemon(true);
        driver.start();
        return driver;
    }

    private static void awaitMore(GuestModel guest, Counter counter, long than) {
        while (guest.count(counter) <= than) {
            Thread.yield();
        }
    }

    /** Hands all receive descriptors over, whatever the device does with them at the moment. */
    private static void refill(GuestModel guest) {
        for (int i = 0; i < GuestModel.RING_ENTRIES; i++) {
            guest.refill(i);
        }
        guest.receiveTail((guest.receive[0].get(QueueRegisters.HEAD_OFFSET) + GuestModel.RING_ENTRIES - 1)
            % GuestModel.RING_ENTRIES);
    }

    private static void assertUntouched(GuestModel guest) {
        final byte[] before = guest.bytes(0, GuestModel.RAM_LENGTH);
        for (int i = 0; i < 2_000; i++) {
            Thread.onSpinWait();
        }
        assertThat(guest.bytes(0, GuestModel.RAM_LENGTH)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("Once the port is quiet no byte of unmapped memory changes, be it a receiver's or a sender's")
    void unmapUnderTraffic(int agents) throws InterruptedException {
        start(agents);
        for (GuestModel guest : guests.subList(0, 2)) {
            guest.attach();
            guest.start();
            awaitQuiet(guest);
        }
        final GuestModel receiver = guests.get(0);
        final GuestModel sender = guests.get(1);
        flood(sender, 0);

        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < 150; round++) {
                final GuestModel guest = round % 3 == 2 ? sender : receiver;
                final Counter counter = guest == sender ? Counter.GPTC : Counter.GPRC;
                final long before = guest.count(counter);
                refill(receiver);
                awaitMore(guest, counter, before + round % 20);

                assertThat(guest.unmap(0, GuestModel.RAM_LENGTH)).isZero();
                awaitQuiet(guest);
                assertUntouched(guest);

                guest.mapAll();
                guest.pool.quiesce();
                awaitQuiet(guest);
            }
        });
    }

    @Test
    @DisplayName("Resets and bus master changes under traffic are always answered, and leave the memory alone")
    void resetUnderTraffic() throws InterruptedException {
        start(2);
        for (GuestModel guest : guests) {
            guest.attach();
            guest.start();
            awaitQuiet(guest);
        }
        flood(guests.get(1), 0);
        final GuestModel receiver = guests.get(0);

        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < 200; round++) {
                final long before = receiver.count(Counter.GPRC);
                refill(receiver);
                awaitMore(receiver, Counter.GPRC, before + round % 10);
                if (round % 2 == 0) {
                    receiver.pool.resetQueues();
                } else {
                    receiver.pool.busMaster(false);
                }
                awaitQuiet(receiver);
                assertUntouched(receiver);
                receiver.pool.busMaster(true);
                receiver.receive[0].set(QueueRegisters.CONTROL_OFFSET, 0);
                receiver.pool.queueControlChanged();
                awaitQuiet(receiver);
                receiver.startReceive(GuestModel.ONE_BUFFER);
                awaitQuiet(receiver);
            }
        });
    }

    @Test
    @DisplayName("Clients by message come and go under traffic: every quiesce is answered, no agent stays behind")
    void dedicatedAgentsComeAndGo() throws InterruptedException {
        start(2);
        for (GuestModel guest : guests.subList(0, 2)) {
            guest.attach();
            guest.start();
            awaitQuiet(guest);
        }
        flood(guests.get(1), 2);
        final GuestModel remote = guests.get(2);

        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < 40; round++) {
                final long before = remote.count(Counter.GPRC);
                remote.cancelled = false;
                remote.mapByMessage(0, GuestModel.RAM_LENGTH);
                remote.connect();
                remote.pool.busMaster(true);
                remote.start();
                if (round % 4 != 0) {
                    awaitQuiet(remote);
                    awaitMore(remote, Counter.GPRC, before + round % 5);
                }
                for (int i = 0; i < round % 7; i++) {
                    remote.pool.quiesce();
                }
                remote.detach();
                awaitQuiet(remote);
                assertUntouched(remote);
            }
        });

        for (int i = 0; i < 600 && messageThreads() > 1; i++) {
            Thread.sleep(100);
        }
        assertThat(messageThreads()).as("the last agent may just be ending").isLessThanOrEqualTo(1);
        assertThat(remote.failures).isEmpty();
    }

    private static long messageThreads() {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("vfnic-messages")).count();
    }

    @ParameterizedTest
    @EnumSource(IdleMode.class)
    @DisplayName("Whatever agents do while there is nothing to do: they take every frame and answer every quiesce")
    void idleModes(IdleMode idleMode) throws InterruptedException {
        start(2, idleMode);
        for (GuestModel guest : guests) {
            guest.attach();
            guest.start();
            awaitQuiet(guest);
        }
        final GuestModel sender = guests.get(1);
        final GuestModel receiver = guests.get(0);

        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < 20; round++) {
                final long before = receiver.count(Counter.GPRC);
                refill(receiver);
                sender.send(Frames.unicast(1, 0, 60));
                awaitMore(receiver, Counter.GPRC, before);
                receiver.pool.quiesce();
                awaitQuiet(receiver);
            }
        });
    }

    @Test
    @DisplayName("Frames that wait for the link go when it comes up, though their agent sleeps")
    void linkWakes() throws InterruptedException {
        start(1);
        for (GuestModel guest : guests) {
            guest.attach();
            guest.start();
            awaitQuiet(guest);
        }
        final TestSwitch registers = new TestSwitch(3);
        final GuestModel sender = guests.get(1);

        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < 500; round++) {
                registers.linkUp = false;
                engine.publish(registers.registers());
                sender.pool.quiesce();
                awaitQuiet(sender);
                final long before = sender.count(Counter.GPTC);
                sender.send(Frames.unicast(1, 0, 60));
                for (int spin = 0; spin < round % 32 * 200; spin++) {
                    Thread.onSpinWait();
                }
                assertThat(sender.count(Counter.GPTC)).isEqualTo(before);

                registers.linkUp = true;
                engine.publish(registers.registers());

                awaitMore(sender, Counter.GPTC, before);
            }
        });
    }
}
