package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.spi.AgentThreads;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Who rings a sleeping agent runs its duty cycle: never two at once, nothing lost, little of it, the rest is the
 * agent's.
 */
class LentDutyCycleTest {
    private static final long NEVER = TimeUnit.DAYS.toNanos(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final BackoffIdle idle = new BackoffIdle(NEVER);
    private final AtomicReference<Thread> lastRunner = new AtomicReference<>();
    /** Units of work that there are; a duty cycle does one. */
    private final AtomicInteger work = new AtomicInteger();
    private volatile boolean ended;

    private boolean cycle() {
        lastRunner.set(Thread.currentThread());
        return work.getAndUpdate(units -> Math.max(0, units - 1)) > 0;
    }

    private Thread startAgent() {
        final Thread agent = new Thread(() -> {
            while (!ended) {
                idle.idle(cycle() ? 1 : 0);
            }
        }, "agent");
        agent.setDaemon(true);
        agent.start();
        return agent;
    }

    private static void awaitSleep(Thread agent) {
        while (agent.getState() != Thread.State.TIMED_WAITING) {
            Thread.yield();
        }
        // Parked, or on its way out of an earlier wake-up: then it looks and sleeps once more.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }

    private void end(Thread agent) throws InterruptedException {
        ended = true;
        idle.end();
        agent.join();
    }

    @Test
    @DisplayName("Who rings while the agent sleeps does the work itself, and the agent sleeps on")
    void ringerWorks() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            final Thread agent = startAgent();
            awaitSleep(agent);
            work.set(1);

            idle.ring(this::cycle);

            assertThat(work).hasValue(0);
            assertThat(lastRunner).hasValue(Thread.currentThread());
            assertThat(agent.getState()).isEqualTo(Thread.State.TIMED_WAITING);
            end(agent);
        });
    }

    @Test
    @DisplayName("With more work than a few duty cycles do, the agent goes on with it")
    void bounded() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            final Thread agent = startAgent();
            awaitSleep(agent);
            final AtomicInteger own = new AtomicInteger();
            work.set(1_000);

            idle.ring(() -> {
                own.incrementAndGet();
                return cycle();
            });

            assertThat(own.get()).isBetween(1, 16);
            while (work.get() > 0) {
                Thread.yield();
            }
            end(agent);
        });
    }

    @Test
    @DisplayName("A deadline that a borrowed duty cycle finds is kept by the agent: moderated interrupts go out in " +
        "time")
    void deadline() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            final Thread agent = startAgent();
            awaitSleep(agent);

            idle.ring(() -> {
                idle.deadline(System.nanoTime() + 1_000_000);
                return false;
            });

            lastRunner.set(null);
            while (lastRunner.get() != agent) {
                Thread.yield();
            }
            end(agent);
        });
    }

    @Test
    @DisplayName("An agent that looks out for silent tails is woken: it naps by the time since it worked last")
    void lookOut() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            idle.lookOut(true);
            final Thread agent = startAgent();
            while (lastRunner.get() == null) {
                Thread.yield();
            }
            work.set(1);

            idle.ring(this::cycle);

            while (work.get() > 0) {
                Thread.yield();
            }
            assertThat(lastRunner).hasValue(agent);
            end(agent);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @DisplayName("One thread at a time is in the duty cycle, sees what the one before it did, and no ring is lost")
    void onlyOneAtATime(int ringers) {
        final int rounds = 20_000;
        final AtomicIntegerArray asked = new AtomicIntegerArray(ringers);
        final AtomicIntegerArray answered = new AtomicIntegerArray(ringers);
        final AtomicBoolean inside = new AtomicBoolean();
        final AtomicInteger clashes = new AtomicInteger();
        // Plain on purpose: a torn hand-over shows as a wrong sum.
        final int[] done = new int[ringers];
        final AtomicInteger lent = new AtomicInteger();

        final class Duty {
            boolean run() {
                if (!inside.compareAndSet(false, true)) {
                    clashes.incrementAndGet();
                }
                boolean worked = false;
                for (int i = 0; i < ringers; i++) {
                    while (done[i] < asked.get(i)) {
                        done[i]++;
                        worked = true;
                    }
                    answered.set(i, done[i]);
                }
                inside.set(false);
                return worked;
            }
        }

        final Duty duty = new Duty();
        assertTimeoutPreemptively(PATIENCE, () -> {
            final Thread agent = new Thread(() -> {
                while (!ended) {
                    idle.idle(duty.run() ? 1 : 0);
                }
            });
            agent.setDaemon(true);
            agent.start();
            final Thread[] threads = new Thread[ringers];
            for (int r = 0; r < ringers; r++) {
                final int self = r;
                threads[r] = new Thread(() -> {
                    for (int i = 1; i <= rounds; i++) {
                        asked.set(self, i);
                        idle.ring(() -> {
                            lent.incrementAndGet();
                            return duty.run();
                        });
                        // Long enough at times for the agent to fall asleep.
                        for (int spin = 0; spin < i % 64 * 50; spin++) {
                            Thread.onSpinWait();
                        }
                        while (answered.get(self) < i) {
                            Thread.onSpinWait();
                        }
                    }
                });
                threads[r].setDaemon(true);
                threads[r].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            end(agent);
        });

        assertThat(clashes).hasValue(0);
        assertThat(done).containsOnly(rounds);
        assertThat(lent.get()).isPositive();
    }

    @Test
    @DisplayName("What fails in a borrowed duty cycle is told by the agent; who rang goes on unharmed")
    void failure() {
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        final CountDownLatch told = new CountDownLatch(1);
        final InterruptState interrupts = new InterruptState();
        final GuestModel guest = new GuestModel(0, interrupts, GuestModel.newRam());
        final Engine engine = new Engine(1, IdleMode.BACKOFF, NEVER, SystemNanoClock.INSTANCE, AgentThreads.PLAIN,
            error -> {
                errors.add(error);
                told.countDown();
            });
        engine.add(guest.pool);
        engine.publish(new TestSwitch(1).registers());
        engine.start();
        assertTimeoutPreemptively(PATIENCE, () -> {
            guest.attach();
            guest.start();
            // Long enough for the agent to be asleep; where it is not, it fails itself, which is as good.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            final AtomicBoolean broken = new AtomicBoolean(true);
            guest.pool.vectors().signal(0, () -> {
                if (broken.getAndSet(false)) {
                    throw new IllegalStateException("no such interrupt");
                }
            });
            final int vector = 1 << InterruptState.firstVectorOfVf(0);
            interrupts.unmask(vector);
            interrupts.raise(vector);

            guest.pool.interruptsChanged();

            told.await();
            assertThat(errors).hasSize(1).first().isInstanceOf(IllegalStateException.class);
            engine.close();
        });
    }
}
