package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;

/** The duty cycle allocates nothing, whatever the traffic. */
class SteadyStateTest {
    private static final int WARM_UP = 3_000;
    private static final int MEASURED = 2_000;
    /** What the JVM itself may put on a thread's account; one object per cycle would be ten times as much. */
    private static final long SLACK = 2 * MEASURED;

    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();

    /** One round of a driver's work in place, which allocates nothing itself: the same descriptors again and again. */
    private static void again(GuestModel guest, int from, int to, long[] lows, long[] highs) {
        for (int i = from; i < to; i++) {
            guest.ram.putLong(GuestModel.TX_RING + i * 16, lows[i]);
            guest.ram.putLong(GuestModel.TX_RING + i * 16 + 8, highs[i]);
        }
    }

    private void assertAllocatesNothing(TestEngine engine, GuestModel sender, GuestModel[] receivers) {
        final int used = sender.transmit[0].tail();
        final long[] lows = new long[used];
        final long[] highs = new long[used];
        for (int i = 0; i < used; i++) {
            lows[i] = sender.ram.getLong(GuestModel.TX_RING + i * 16);
            highs[i] = sender.ram.getLong(GuestModel.TX_RING + i * 16 + 8);
        }
        // The ring has exactly the descriptors of one round, so that every round is the same.
        sender.transmit[0].set(QueueRegisters.CONTROL_OFFSET, 0);
        sender.pool.queueControlChanged();
        engine.step();
        long before = 0;
        for (int round = 0; round < WARM_UP + MEASURED; round++) {
            if (round == WARM_UP) {
                before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
            }
            again(sender, 0, used, lows, highs);
            sender.transmit[0].set(QueueRegisters.TAIL_OFFSET, 0);
            sender.transmit[0].set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
            sender.pool.queueControlChanged();
            step(engine);
            sender.transmit[0].set(QueueRegisters.TAIL_OFFSET, used);
            sender.pool.doorbell();
            for (int i = 0; i < 4; i++) {
                step(engine);
            }
            for (GuestModel receiver : receivers) {
                for (int i = 0; i < GuestModel.RING_ENTRIES; i++) {
                    receiver.refill(i);
                }
                receiver.receiveTail((receiver.receive[0].get(QueueRegisters.HEAD_OFFSET) + GuestModel.RING_ENTRIES - 1)
                    % GuestModel.RING_ENTRIES);
                engine.interrupts.unmask(receiver.window());
                receiver.pool.interruptsChanged();
            }
            sender.transmit[0].set(QueueRegisters.CONTROL_OFFSET, 0);
            sender.pool.queueControlChanged();
            step(engine);
        }
        final long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;

        assertThat(sender.count(Counter.DMA_ERROR)).isZero();
        for (GuestModel receiver : receivers) {
            assertThat(receiver.count(Counter.GPRC)).isGreaterThan(WARM_UP + MEASURED);
            assertThat(receiver.count(Counter.NO_DESCRIPTOR)).isZero();
            assertThat(receiver.count(Counter.DMA_ERROR)).isZero();
        }
        assertThat(allocated).as("bytes allocated in %d rounds", MEASURED).isLessThan(SLACK);
    }

    private static void step(TestEngine engine) {
        engine.now += 10_000;
        for (int i = 0; i < engine.agents.size(); i++) {
            engine.agents.get(i).doWork();
        }
    }

    private static void postTraffic(GuestModel sender, int to) {
        final byte[] headers = Frames.between(sender.vf, to,
            Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[0]), new byte[0]));
        for (int i = 0; i < 4; i++) {
            sender.postData(Frames.unicast(sender.vf, to, 60 + 400 * i), GuestModel.EOP | GuestModel.RS, 0);
            sender.postData(Frames.broadcast(sender.vf, 100), GuestModel.EOP | GuestModel.RS, 0);
            sender.postContext(0, 14, 20, 20, GuestModel.TCP, 0, 0);
            sender.postData(OffloadTest.withPseudoHeader(OffloadTest.packet(4, Packets.TCP, 1000), 14, 20, Packets.TCP),
                GuestModel.EOP | GuestModel.RS, GuestModel.TXSM);
        }
        sender.postContext(0, 14, 20, 20, GuestModel.TCP, 1000, 0);
        sender.post(sender.put(headers), GuestModel.DATA | GuestModel.TSE | headers.length,
            GuestModel.TXSM | GuestModel.IXSM);
        sender.post(sender.put(new byte[8000]), GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 8000, 0);
        sender.ring();
    }

    @Test
    @DisplayName("Frames, broadcast, checksums and large sends on one agent")
    void oneAgent() {
        final TestEngine engine = TestEngine.running(3);
        postTraffic(engine.guest(1), 0);

        assertAllocatesNothing(engine, engine.guest(1), new GuestModel[] {engine.guest(0), engine.guest(2)});
    }

    @Test
    @DisplayName("The same under a rate limit, among spoofed frames")
    void limitedAndSpoofing() {
        final TestEngine engine = TestEngine.running(3).with(s -> {
            s.rttbcnrm = 0x14;
            s.rttbcnrc[1] = 1 << 31 | 2 << 14;
        });
        engine.guest(1).postData(Frames.addressed(Frames.broadcast(1, 100), TestSwitch.macOf(0), TestSwitch.macOf(2)),
            GuestModel.EOP | GuestModel.RS, 0);
        postTraffic(engine.guest(1), 0);

        assertAllocatesNothing(engine, engine.guest(1), new GuestModel[] {engine.guest(0), engine.guest(2)});
    }

    @Test
    @DisplayName("The same between two agents")
    void twoAgents() {
        final TestEngine engine = TestEngine.running(3, 2);
        postTraffic(engine.guest(1), 0);

        assertAllocatesNothing(engine, engine.guest(1), new GuestModel[] {engine.guest(0), engine.guest(2)});
    }

    @Test
    @DisplayName("The same from and to rings that are copied because they lie across two ranges of memory")
    void copiedRings() {
        final TestEngine engine = TestEngine.idle(3);
        for (GuestModel guest : engine.guests) {
            guest.connect();
            guest.map(0, GuestModel.TX_RING + 72);
            guest.map(GuestModel.TX_RING + 72, GuestModel.RX_RING + 72 - GuestModel.TX_RING - 72);
            guest.map(GuestModel.RX_RING + 72, GuestModel.RAM_LENGTH - GuestModel.RX_RING - 72);
            guest.pool.busMaster(true);
            guest.start();
        }
        engine.step();
        postTraffic(engine.guest(1), 0);

        assertAllocatesNothing(engine, engine.guest(1), new GuestModel[] {engine.guest(0), engine.guest(2)});
    }
}
