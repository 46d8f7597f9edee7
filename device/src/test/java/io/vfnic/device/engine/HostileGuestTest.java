package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.GuestModel.Received;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A guest that writes anything anywhere into its rings, buffers and queue registers: the card stays inside the guest's
 * memory, meets no error of its own, and the other guests notice nothing.
 */
class HostileGuestTest {
    private static final int GUARD = 1 << 16;
    private static final byte MARK = 0x6B;
    private static final int ROUNDS = 4000;

    private final ByteBuffer guarded = BufferUtil.allocateDirectAligned(GuestModel.RAM_LENGTH + 2 * GUARD, 4096);
    private final TestEngine engine = TestEngine.running(4, 1,
        vf -> vf == 0 ? guarded.slice(GUARD, GuestModel.RAM_LENGTH) : GuestModel.newRam());
    private final GuestModel hostile = engine.guest(0);
    private Random random;
    private volatile boolean stopped;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 82576})
    @DisplayName("Random descriptors, registers, tails, maps and resets")
    void random(long seed) {
        random = new Random(seed);
        engine.with(s -> {
            s.maxFrame(0, 9728);
            s.maxFrame(1, 9728);
            s.dtxswc &= ~1;
            s.dtxswc |= 1 << 16;
            s.psrtype[0] = 0x1330;
        });
        markGuards();
        for (int round = 0; round < ROUNDS; round++) {
            attack();
            assertOthersWork(round);
        }
        for (Counter counter : new Counter[] {
            Counter.GPTC, Counter.GPRC, Counter.DMA_ERROR, Counter.NO_DESCRIPTOR, Counter.NO_DESTINATION}) {
            assertThat(hostile.count(counter)).as("%s: the attack is one", counter).isPositive();
        }
        assertUnharmed();
        assertServesTheNextClient();
    }

    @Test
    @Timeout(60)
    @DisplayName("Descriptors and headers that change while the card reads them")
    void changesWhileRead() throws InterruptedException {
        engine.with(s -> s.dtxswc &= ~1);
        markGuards();
        // The card has fetched what the tail has handed over: a ring without any end of a packet stays one.
        final Random random = new Random(7);
        for (int i = 0; i < GuestModel.RING_ENTRIES; i++) {
            scribble(random, i);
        }
        final Thread scribbler = new Thread(() -> scribble(random));
        scribbler.start();
        try {
            // However late the scribbler gets a core: until the attack has both passed and failed.
            for (int round = 0; round < ROUNDS || !hasBitten(); round++) {
                // A tail that moves, for a packet without end is looked at again only when there is more of it.
                hostile.transmit[0].set(QueueRegisters.TAIL_OFFSET,
                    (hostile.transmitHead() + GuestModel.RING_ENTRIES - 1 - (round & 1)) % GuestModel.RING_ENTRIES);
                assertOthersWork(round);
            }
        } finally {
            stopped = true;
            scribbler.join();
        }
        assertUnharmed();
    }

    private boolean hasBitten() {
        return hostile.count(Counter.GPTC) > 0 && hostile.count(Counter.DMA_ERROR) > 0;
    }

    /** Turns every descriptor and the header behind it back and forth between something good and something bad. */
    private void scribble(Random random) {
        hostile.ram.putBytes(GuestModel.TX_BUFFERS, OffloadTest.packet(4, 6, 100));
        while (!stopped) {
            scribble(random, random.nextInt(GuestModel.RING_ENTRIES));
            hostile.ram.putByte(GuestModel.TX_BUFFERS + 12 + random.nextInt(60), (byte)random.nextInt());
        }
    }

    private void scribble(Random random, int descriptor) {
        final long[] addresses = {GuestModel.IOVA + GuestModel.TX_BUFFERS, -1,
            GuestModel.IOVA + GuestModel.RAM_LENGTH - 20};
        final int[] commands = {GuestModel.DATA | GuestModel.EOP | GuestModel.RS | 200,
            GuestModel.DATA | GuestModel.EOP | GuestModel.TSE | 0xFFFF, GuestModel.DEXT | 2 << 20,
            GuestModel.DATA | GuestModel.EOP | 100, GuestModel.EOP | GuestModel.IC | 0x28_0000 | 150};
        final int at = GuestModel.TX_RING + descriptor * 16;
        hostile.ram.putLong(at, random.nextInt(4) > 0 ? addresses[0] : addresses[random.nextInt(3)]);
        hostile.ram.putInt(at + 8, commands[random.nextInt(commands.length)]);
        hostile.ram.putInt(at + 12, random.nextInt());
    }

    private void markGuards() {
        for (int i = 0; i < GUARD; i++) {
            guarded.put(i, MARK);
            guarded.put(GUARD + GuestModel.RAM_LENGTH + i, MARK);
        }
    }

    private void assertOthersWork(int round) {
        final byte[] there = Frames.unicast(2, 3, 60 + round % 1400);
        final byte[] back = Frames.unicast(3, 2, 61 + round % 1400);
        engine.guest(2).send(there);
        engine.guest(3).send(back);
        engine.now += 100_000;
        engine.step();
        engine.step();
        assertThat(engine.guest(3).receive()).as("round %d", round).extracting(Received::data).contains(there);
        assertThat(engine.guest(2).receive()).as("round %d", round).extracting(Received::data).contains(back);
    }

    private void assertUnharmed() {
        engine.guests.forEach(g -> assertThat(g.failures).isEmpty());
        for (int i = 0; i < GUARD; i++) {
            assertThat(guarded.get(i)).isEqualTo(MARK);
            assertThat(guarded.get(GUARD + GuestModel.RAM_LENGTH + i)).isEqualTo(MARK);
        }
    }

    private void assertServesTheNextClient() {
        hostile.detach();
        for (QueueRegisters queue : queues()) {
            for (int offset = 0; offset < QueueRegisters.BLOCK_LENGTH; offset += 4) {
                queue.set(offset, 0);
            }
        }
        engine.step();
        hostile.ram.setMemory(0, GuestModel.RAM_LENGTH, (byte)0);
        hostile.attach();
        hostile.start();
        engine.settle();
        engine.guest(1).receive();
        hostile.send(Frames.unicast(0, 1, 77));
        engine.settle();
        assertThat(engine.guest(1).receiveOne().data()).hasSize(77);
    }

    private QueueRegisters[] queues() {
        return new QueueRegisters[] {hostile.transmit[0], hostile.transmit[1], hostile.receive[0], hostile.receive[1]};
    }

    private void attack() {
        for (int k = 0; k < 2; k++) {
            for (int i = random.nextInt(12); i > 0; i--) {
                writeTransmitDescriptor(GuestModel.TX_RING + random.nextInt(2 * GuestModel.RING_ENTRIES) * 16);
            }
            final QueueRegisters queue = hostile.transmit[k];
            queue.set(QueueRegisters.TAIL_OFFSET, random.nextInt(20) == 0 ? random.nextInt()
                : (queue.get(QueueRegisters.HEAD_OFFSET) + random.nextInt(GuestModel.RING_ENTRIES))
                    % GuestModel.RING_ENTRIES);
            hostile.receive[k].set(QueueRegisters.TAIL_OFFSET,
                random.nextInt(random.nextInt(20) == 0 ? 0x1_0000 : GuestModel.RING_ENTRIES));
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            final int at = GuestModel.RX_RING + random.nextInt(GuestModel.RING_ENTRIES) * 16;
            hostile.ram.putLong(at, address());
            hostile.ram.putLong(at + 8, address());
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> restart(queues()[random.nextInt(4)]);
            case 3 -> {
                if (random.nextInt(5) == 0) {
                    hostile.pool.resetQueues();
                }
            }
            case 4 -> hostile.pool.busMaster(random.nextInt(8) > 0);
            case 5 -> remap();
            case 6 -> hostile.ram.setMemory(GuestModel.TX_BUFFERS, 4096, (byte)(random.nextInt() & 0xFE));
            case 7 -> {
                final byte[] frame = Frames.unicast(0, 1, 200);
                hostile.ram.putBytes(GuestModel.TX_BUFFERS, frame);
                hostile.ram.putBytes(GuestModel.TX_BUFFERS + 1024, OffloadTest.packet(4 + 2 * random.nextInt(2), 6,
                    100));
            }
            case 8 -> {
                final int vector = InterruptState.firstVectorOfVf(0) + random.nextInt(3);
                engine.interrupts.receiveVector(8 * random.nextInt(2), vector);
                engine.interrupts.moderation(vector, random.nextInt());
                engine.interrupts.raise(hostile.window());
            }
            default -> hostile.pool.doorbell();
        }
    }

    private void writeTransmitDescriptor(int at) {
        final int kind = random.nextInt(10);
        final int flags = random.nextInt() & (GuestModel.EOP | GuestModel.RS | GuestModel.IC | GuestModel.VLE);
        final int length = switch (random.nextInt(6)) {
            case 0 -> random.nextInt(0x1_0000);
            case 1 -> random.nextInt(64);
            default -> 60 + random.nextInt(1500);
        };
        if (kind < 2) {
            final boolean sane = random.nextBoolean();
            hostile.ram.putLong(at, sane ? random.nextInt() << 16 | 14 << 9 | 20 : random.nextLong());
            hostile.ram.putInt(at + 8, GuestModel.DEXT | 2 << 20 | random.nextInt(4) << 11 | flags & GuestModel.RS);
            hostile.ram.putInt(at + 12, random.nextInt(3000) << 16 | (sane ? 20 : random.nextInt(256)) << 8
                | random.nextInt(8) << 4);
        } else if (kind < 9) {
            hostile.ram.putLong(at, address());
            hostile.ram.putInt(at + 8, GuestModel.DATA | flags | length
                | (random.nextInt(3) == 0 ? GuestModel.TSE | GuestModel.EOP : 0));
            hostile.ram.putInt(at + 12, random.nextInt());
        } else {
            hostile.ram.putLong(at, random.nextBoolean() ? address() : random.nextLong());
            hostile.ram.putInt(at + 8, random.nextInt());
            hostile.ram.putInt(at + 12, random.nextInt());
        }
    }

    /** Mostly inside, often at an edge, sometimes anywhere; rings themselves are as good a target as any. */
    private long address() {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong();
            case 1 -> GuestModel.IOVA + random.nextInt(GuestModel.RAM_LENGTH);
            case 2 -> GuestModel.IOVA - random.nextInt(3000);
            case 3 -> GuestModel.IOVA + GuestModel.RAM_LENGTH - random.nextInt(3000);
            case 4 -> GuestModel.IOVA + GuestModel.TX_RING + random.nextInt(0x4000);
            default -> GuestModel.IOVA + GuestModel.TX_BUFFERS + 1024 * random.nextInt(2);
        };
    }

    private void restart(QueueRegisters queue) {
        queue.set(QueueRegisters.CONTROL_OFFSET, 0);
        hostile.pool.queueControlChanged();
        engine.step();
        final boolean receive = queue == hostile.receive[0] || queue == hostile.receive[1];
        final long base = random.nextInt(4) == 0 ? address() & -128
            : GuestModel.IOVA + (receive ? GuestModel.RX_RING : GuestModel.TX_RING);
        GuestModel.base(queue, base);
        queue.set(QueueRegisters.LENGTH_OFFSET, random.nextInt(4) == 0 ? random.nextInt() : GuestModel.RING_LENGTH);
        if (receive) {
            queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, random.nextInt());
        } else {
            queue.set(QueueRegisters.HEAD_WRITE_BACK_LOW_OFFSET, (int)address() & ~1 | random.nextInt(2));
            queue.set(QueueRegisters.HEAD_WRITE_BACK_HIGH_OFFSET, (int)(GuestModel.IOVA >>> 32));
        }
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE | random.nextInt() & 0x1F1F1F);
        hostile.pool.queueControlChanged();
    }

    /** All memory goes, and comes again in one range or in a few with holes. */
    private void remap() {
        hostile.pool.memory().clear();
        hostile.pool.quiesce();
        engine.step();
        assertThat(hostile.pool.isQuiet()).isTrue();
        int at = 0;
        while (at < GuestModel.RAM_LENGTH) {
            final int length = random.nextBoolean() ? GuestModel.RAM_LENGTH - at
                : Math.min(GuestModel.RAM_LENGTH - at, 1 + random.nextInt(0x8000));
            if (random.nextInt(8) > 0) {
                assertThat(hostile.map(at, length)).isZero();
            }
            at += length;
        }
    }
}
