package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SwitchRegisters;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Queues n and n + 8 change hands between the PF and VF n at SR-IOV's VF enable (82576 facts, 2.8), and the two may
 * belong to different agents: a ring must have one writer at any moment.
 */
@DisplayName("Queues that change hands between functions of different agents")
class QueueHandOverTest {
    private static final int VFS = 3;
    private static final int ALL_QUEUES = 0xFFFF;
    private static final int QUEUES_OF_VF_0 = 0x0101;

    private final Fabric fabric = new Fabric(SwitchRegisters.silent());
    private final InterruptState interrupts = new InterruptState();
    private final QueueRegisters[] receive = registers();
    private final QueueRegisters[] transmit = registers();
    private final List<EngineAgent> agents = new ArrayList<>();
    private final List<PoolEngine> vfs = new ArrayList<>();
    private PoolEngine pf;

    @BeforeEach
    void build() {
        agents.add(agent("pf-and-vf-2"));
        agents.add(agent("vfs-0-and-1"));
        final PortInterrupts port =
            new PortInterrupts(new PortCauses(interrupts), VectorUnit.ofLegacyMode(interrupts));
        pf = PoolEngine.ofPf(receive, transmit, interrupts, new VectorUnit(interrupts, 0, 10), new PoolCounters(),
            port, new TimeSync(() -> 0));
        add(pf, agents.get(0));
        for (int vf = 0; vf < VFS; vf++) {
            final PoolEngine pool = new PoolEngine(vf, new QueueRegisters[] {receive[vf], receive[vf + 8]},
                new QueueRegisters[] {transmit[vf], transmit[vf + 8]}, interrupts,
                new VectorUnit(interrupts, InterruptState.firstVectorOfVf(vf), 3), new PoolCounters());
            vfs.add(pool);
            add(pool, agents.get(vf == 2 ? 0 : 1));
        }
        enable(0);
        settle();
    }

    private EngineAgent agent(String name) {
        return new EngineAgent(name, fabric, () -> 1_000_000_000L, new BackoffIdle(1), false, null);
    }

    private void add(PoolEngine pool, EngineAgent agent) {
        fabric.add(pool);
        pool.home(agent, fabric.claims());
        agent.own(pool);
    }

    private static QueueRegisters[] registers() {
        final QueueRegisters[] all = new QueueRegisters[16];
        final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(16 * QueueRegisters.BLOCK_LENGTH));
        for (int queue = 0; queue < all.length; queue++) {
            all[queue] = new QueueRegisters(memory, queue * QueueRegisters.BLOCK_LENGTH);
        }
        return all;
    }

    /** What the PF's session does at VF enable, and with 0 at VF disable. */
    private void enable(int count) {
        int given = 0;
        for (int vf = 0; vf < VFS; vf++) {
            final int queues = vf < count ? QUEUES_OF_VF_0 << vf : 0;
            given |= queues;
            vfs.get(vf).own(queues);
        }
        pf.own(ALL_QUEUES & ~given);
    }

    private void settle() {
        for (int i = 0; i < 20; i++) {
            agents.forEach(EngineAgent::doWork);
        }
    }

    /** Commands are taken one a duty cycle. */
    private void settle(int agent) {
        for (int i = 0; i < 20; i++) {
            agents.get(agent).doWork();
        }
    }

    private void assertOneOwnerEach() {
        int seen = pf.heldQueues();
        for (PoolEngine vf : vfs) {
            assertThat(seen & vf.heldQueues()).as("queues that two functions run").isZero();
            seen |= vf.heldQueues();
        }
    }

    @Test
    @DisplayName("go to the VF only when the PF's agent has let go")
    void toVf() {
        enable(1);
        settle(1);
        assertThat(vfs.get(0).heldQueues()).isZero();
        assertThat(vfs.get(0).isQuiet()).isFalse();

        settle(0);
        assertThat(pf.heldQueues()).isEqualTo(ALL_QUEUES & ~QUEUES_OF_VF_0);
        assertThat(pf.isQuiet()).isTrue();

        settle(1);
        assertThat(vfs.get(0).heldQueues()).isEqualTo(QUEUES_OF_VF_0);
        assertThat(vfs.get(0).isQuiet()).isTrue();
    }

    @Test
    @DisplayName("go back to the PF only when the VF's agent has let go, and the PF's session waits for that")
    void backToPf() {
        enable(2);
        settle();

        enable(0);
        settle(0);
        assertThat(pf.heldQueues() & QUEUES_OF_VF_0).isZero();
        assertThat(pf.isQuiet()).isFalse();
        final AtomicInteger called = new AtomicInteger();
        pf.whenQuiet(called::incrementAndGet);

        settle();
        assertThat(pf.heldQueues()).isEqualTo(ALL_QUEUES);
        assertThat(pf.isQuiet()).isTrue();
        assertThat(called).hasValue(1);
    }

    @Test
    @DisplayName("are not wanted any more before they were free: whoever has them keeps them")
    void changeOfMind() {
        enable(1);
        settle(1);
        enable(0);
        settle(1);
        settle();

        assertThat(pf.heldQueues()).isEqualTo(ALL_QUEUES);
        assertThat(vfs.get(0).heldQueues()).isZero();
        assertThat(vfs.get(0).isQuiet()).isTrue();
    }

    @Test
    @DisplayName("show head 0, and keep what their new owner has written meanwhile")
    void headsAndTails() {
        receive[0].head(17);
        transmit[8].head(99);
        receive[0].set(QueueRegisters.TAIL_OFFSET, 5);
        enable(1);
        settle();

        assertThat(receive[0].get(QueueRegisters.HEAD_OFFSET)).isZero();
        assertThat(transmit[8].get(QueueRegisters.HEAD_OFFSET)).isZero();
        assertThat(receive[0].get(QueueRegisters.TAIL_OFFSET)).isEqualTo(5);
    }

    @RepeatedTest(20)
    @DisplayName("have one owner after every step of any order of steps, and end where they are wanted")
    void anyOrder() {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        int count = 0;
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    count = random.nextInt(VFS + 1);
                    enable(count);
                }
                case 1 -> vfs.get(random.nextInt(VFS)).resetQueues();
                case 2 -> pf.resetQueues();
                default -> agents.get(random.nextInt(2)).doWork();
            }
            assertOneOwnerEach();
        }
        for (int i = 0; i < 20_000; i++) {
            agents.forEach(EngineAgent::doWork);
        }

        int left = ALL_QUEUES;
        for (int vf = 0; vf < VFS; vf++) {
            final int queues = vf < count ? QUEUES_OF_VF_0 << vf : 0;
            assertThat(vfs.get(vf).heldQueues()).as("seed %d", seed).isEqualTo(queues);
            assertThat(vfs.get(vf).isQuiet()).as("seed %d", seed).isTrue();
            left &= ~queues;
        }
        assertThat(pf.heldQueues()).as("seed %d", seed).isEqualTo(left);
        assertThat(pf.isQuiet()).as("seed %d", seed).isTrue();
    }

    @Test
    @DisplayName("have one owner while threads take and release them as fast as they can")
    void threads() throws InterruptedException {
        final QueueClaims claims = new QueueClaims();
        final AtomicIntegerArray writers = new AtomicIntegerArray(16);
        final List<String> failures = Collections.synchronizedList(new ArrayList<>());
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            final SplittableRandom random = new SplittableRandom(t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 100_000; i++) {
                    final int mine = claims.take(random.nextInt(1 << 16));
                    for (int rest = mine; rest != 0; rest &= rest - 1) {
                        final int queue = Integer.numberOfTrailingZeros(rest);
                        if (writers.incrementAndGet(queue) != 1) {
                            failures.add("queue " + queue);
                        }
                    }
                    for (int rest = mine; rest != 0; rest &= rest - 1) {
                        writers.decrementAndGet(Integer.numberOfTrailingZeros(rest));
                    }
                    claims.release(mine, null);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(claims.take(ALL_QUEUES)).isEqualTo(ALL_QUEUES);
    }
}
