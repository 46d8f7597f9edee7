package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Transmit rate limits (82576, RTTBCNRC): under a clock that the test sets")
final class RateLimitTest {
    private static final int LIMITED = 1;
    private static final int FREE = 2;
    private static final int LENGTH = 1000;
    private static final long TICK = 100_000;
    private static final long SECOND = 1_000_000_000;
    private static final int ENABLE = 1 << 31;

    private final TestEngine engine = TestEngine.running(3);
    private final GuestModel limited = engine.guest(LIMITED);
    private final GuestModel free = engine.guest(FREE);

    @BeforeEach
    void limit() {
        engine.with(s -> {
            s.rttbcnrm = 0x14;
            s.rttbcnrc[LIMITED] = megabits(50);
        });
    }

    @Test
    @DisplayName("A VF that always has frames sends at its limit, within 1 %")
    void rate() {
        final long octets = octetsIn(SECOND, limited);

        assertThat(octets * 8).isBetween(49_500_000L, 50_500_000L);
    }

    @Test
    @DisplayName("So it does when the agent wakes only now and then: what it overslept is made good")
    void lateAgent() {
        long before = limited.count(Counter.GOTC);
        final long end = engine.now + SECOND;
        while (engine.now < end) {
            keepFull(limited);
            engine.step();
            keepFull(limited);
            engine.step();
            engine.now += 7_000_000;
        }

        assertThat((limited.count(Counter.GOTC) - before) * 8).isBetween(49_000_000L, 51_000_000L);
    }

    @Test
    @DisplayName("A limited VF does not hold up another one on the same agent")
    void fairness() {
        final long before = free.count(Counter.GOTC);
        final long held = limited.count(Counter.GOTC);

        for (int i = 0; i < 100; i++) {
            keepFull(limited);
            keepFull(free);
            engine.step();
        }

        assertThat(free.count(Counter.GPTC)).isGreaterThan(100L * 32);
        assertThat(free.count(Counter.GOTC) - before).isGreaterThan(20 * (limited.count(Counter.GOTC) - held));
    }

    @Test
    @DisplayName("The agent may sleep until the next frame is due, and not longer")
    void deadline() {
        keepFull(limited);
        engine.step();

        assertThat(limited.pool.nextDeadline()).isBetween(engine.now + 1, engine.now + 1_000_000);
        final long sent = limited.count(Counter.GPTC);
        engine.now = limited.pool.nextDeadline();
        engine.step();

        assertThat(limited.count(Counter.GPTC)).isGreaterThan(sent);
    }

    @Test
    @DisplayName("Nothing is waited for where nothing is held back, whatever else keeps a queue from sending")
    void noDeadline() {
        keepFull(limited);
        engine.step();
        engine.with(s -> s.vfte &= ~(1 << LIMITED));
        engine.step();
        assertThat(limited.pool.nextDeadline()).isEqualTo(Long.MAX_VALUE);

        engine.with(s -> s.vfte |= 1 << LIMITED);
        engine.step();
        limited.transmit[0].set(QueueRegisters.CONTROL_OFFSET, 0);
        limited.pool.queueControlChanged();
        engine.step();
        assertThat(limited.pool.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("The limit changes while the queue runs, and goes")
    void changes() {
        octetsIn(SECOND / 10, limited);
        engine.with(s -> s.rttbcnrc[LIMITED] = megabits(200));
        assertThat(octetsIn(SECOND, limited) * 8).isBetween(198_000_000L, 202_000_000L);

        engine.with(s -> s.rttbcnrc[LIMITED] = megabits(5));
        assertThat(octetsIn(SECOND, limited) * 8).isBetween(4_900_000L, 5_200_000L);

        engine.with(s -> s.rttbcnrc[LIMITED] = 0);
        keepFull(limited);
        engine.settle();
        assertThat(limited.transmit[0].get(QueueRegisters.HEAD_OFFSET)).isEqualTo(limited.transmit[0].tail());
    }

    @Test
    @DisplayName("A VF's reset does not lift the limit nor give it fresh credit")
    void reset() {
        keepFull(limited);
        engine.step();
        final long sent = limited.count(Counter.GPTC);

        for (int i = 0; i < 10; i++) {
            limited.pool.resetQueues();
            engine.step();
            limited.start();
            engine.step();
            limited.send(Frames.unicast(LIMITED, 0, LENGTH));
            engine.step();
        }

        assertThat(limited.count(Counter.GPTC)).isEqualTo(sent);
    }

    @Test
    @DisplayName("A VF's second queue shares the limit of the first, unless it has one of its own")
    void secondQueue() {
        limited.startTransmit(1);
        engine.step();
        final long both = octetsIn(SECOND, limited, 0, 1);
        assertThat(both * 8).isBetween(49_500_000L, 51_000_000L);

        engine.with(s -> s.rttbcnrc[LIMITED + 8] = megabits(10));
        assertThat(octetsIn(SECOND, limited, 0, 1) * 8).isBetween(59_000_000L, 61_500_000L);
    }

    @Test
    @DisplayName("A large send (TSO) is held between its segments, and all of it arrives")
    void largeSend() {
        engine.with(s -> s.rttbcnrm = 0);
        final byte[] headers = Frames.between(LIMITED, 0, Packets.overIpv4(
            Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        limited.postContext(0, 14, 20, 20, GuestModel.TCP, 1000, 0);
        limited.post(limited.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length,
            GuestModel.TXSM | GuestModel.IXSM | 8000 << 14);
        limited.post(limited.put(new byte[8000]), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 8000, 0);
        limited.ring();
        engine.step();
        assertThat(engine.guest(0).receive()).hasSize(1);

        int segments = 1;
        for (int i = 0; i < 2_000; i++) {
            engine.now += 1_000;
            engine.step();
            segments += engine.guest(0).receive().size();
        }
        assertThat(segments).isEqualTo(8);
        assertThat(limited.isDone(2)).isTrue();
    }

    private long octetsIn(long nanos, GuestModel guest, int... queues) {
        final long before = guest.count(Counter.GOTC);
        for (final long end = engine.now + nanos; engine.now < end; engine.now += TICK) {
            if (queues.length == 0) {
                keepFull(guest);
            }
            for (int queue : queues) {
                guest.useQueue(queue);
                keepFull(guest, queue);
            }
            engine.step();
        }
        return guest.count(Counter.GOTC) - before;
    }

    private void keepFull(GuestModel guest) {
        keepFull(guest, 0);
    }

    /** Hands over frames until the ring is nearly full; its guest's receivers have no need to look at them. */
    private static void keepFull(GuestModel guest, int queue) {
        final QueueRegisters registers = guest.transmit[queue];
        final int entries = GuestModel.RING_ENTRIES;
        int used = (registers.tail() - registers.get(QueueRegisters.HEAD_OFFSET) + entries) % entries;
        for (; used < entries - 8; used++) {
            guest.postData(Frames.unicast(guest.vf, 0, LENGTH), GuestModel.EOP | GuestModel.RS, 0);
        }
        guest.ring();
    }

    private static int megabits(int rate) {
        final int whole = 1000 / rate;
        return ENABLE | whole << 14 | ((1000 - whole * rate) << 14) / rate;
    }
}
