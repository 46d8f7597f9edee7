package io.vfnic.device.interrupt;

import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPoint;
import io.vfnic.device.watch.WatchRecord;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Sends the interrupts of one function: decides when a pending cause may go out (EITR) and raises its signal.
 * <p>
 * {@link #signal} is the session's; everything else belongs to the agent that owns the function.
 */
public final class VectorUnit {
    /** {@link #nextDeadline()} when no interrupt waits. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final long NANOS_PER_MICRO = 1000;
    /** EITR: low latency interrupts are not moderated. */
    private static final int LOW_LATENCY_ENABLE = 1 << 15;

    private final InterruptState state;
    private final int firstVector;
    private final int firstThrottle;
    private volatile int window;
    private final AtomicReferenceArray<InterruptSignal> signals;
    private final long[] notBefore;
    private long deadline = NO_DEADLINE;
    /** Vectors of whose pending interrupts one may not wait. */
    private int urgent;
    private WatchPoint watch = WatchPoint.unread();

    /**
     * @param firstVector the device vector that is the function's vector 0.
     * @param vectors     how many the function has.
     */
    public VectorUnit(InterruptState state, int firstVector, int vectors) {
        this(state, firstVector, vectors, firstVector);
    }

    private VectorUnit(InterruptState state, int firstVector, int vectors, int firstThrottle) {
        this.state = state;
        this.firstVector = firstVector;
        this.firstThrottle = firstThrottle;
        this.window = window(firstVector, vectors);
        this.signals = new AtomicReferenceArray<>(vectors);
        this.notBefore = new long[vectors];
    }

    /** The PF's one interrupt of INTx and MSI mode, which EITR 0 throttles. */
    public static VectorUnit ofLegacyMode(InterruptState state) {
        return new VectorUnit(state, InterruptState.LEGACY_VECTOR, 1, 0);
    }

    /** Where interrupts are recorded; while no agent polls yet. */
    public void watch(WatchPoint point) {
        watch = point;
    }

    /** How many vectors the function has. */
    public int vectors() {
        return notBefore.length;
    }

    /** Leaves the vectors from this one on to other functions: those of VFs that take them from the PF (session). */
    public void limit(int used) {
        window = window(firstVector, Math.min(used, vectors()));
    }

    /**
     * Sets or, with null, removes the signal of a vector. An agent may still be raising the old one until it is quiet.
     */
    public void signal(int vector, InterruptSignal signal) {
        signals.set(vector, signal);
    }

    /**
     * Sends what is due.
     *
     * @param now the agent's clock, nanoseconds.
     * @return how many interrupts were sent.
     */
    public int poll(long now) {
        deadline = NO_DEADLINE;
        final int written = state.takeWrittenCounters(window);
        if (written != 0) {
            takeCounters(written, now);
        }
        int due = state.due() & window;
        int sent = 0;
        while (due != 0) {
            final int bit = Integer.lowestOneBit(due);
            due ^= bit;
            final int vector = Integer.numberOfTrailingZeros(bit) - firstVector;
            if (now - notBefore[vector] < 0 && (urgent & bit) == 0) {
                deadline = Math.min(deadline, notBefore[vector]);
            } else {
                send(vector, bit, now);
                sent++;
            }
        }
        return sent;
    }

    /** The next interrupt of these vectors is a low latency one: where EITR allows that it does not wait. */
    public void hurry(int bits) {
        for (int rest = bits & window; rest != 0; rest &= rest - 1) {
            final int vector = Integer.numberOfTrailingZeros(rest) - firstVector;
            if ((state.moderation(firstThrottle + vector) & LOW_LATENCY_ENABLE) != 0) {
                urgent |= Integer.lowestOneBit(rest);
            }
        }
    }

    /** When the earliest interrupt that moderation holds back may go out: nanoseconds, or {@link #NO_DEADLINE}. */
    public long nextDeadline() {
        return deadline;
    }

    /** Forgets moderation intervals under way, as a reset does. */
    public void reset(long now) {
        Arrays.fill(notBefore, now);
        urgent = 0;
        deadline = NO_DEADLINE;
    }

    private static int window(int first, int vectors) {
        return ((1 << vectors) - 1) << first;
    }

    private void send(int vector, int bit, long now) {
        // Cleared before the interrupt goes out: the driver may unmask as soon as it arrives.
        state.sent(bit);
        urgent &= ~bit;
        final InterruptSignal signal = signals.get(vector);
        if (signal != null) {
            signal.raise();
            if (watch.wants(WatchKind.INTERRUPT)) {
                watch.interrupt(firstVector == InterruptState.LEGACY_VECTOR ? WatchRecord.LEGACY_VECTOR : vector);
            }
        }
        // EITR bits 14:2, in microseconds (82576 datasheet, EITR).
        notBefore[vector] = now + ((state.moderation(firstThrottle + vector) >>> 2) & 0x1FFF) * NANOS_PER_MICRO;
    }

    /** The driver has written the counters: 0 lets an interrupt out at once. Bits 30:21 are the ten highest of 13. */
    private void takeCounters(int written, long now) {
        for (int rest = written; rest != 0; rest &= rest - 1) {
            final int vector = Integer.numberOfTrailingZeros(rest) - firstVector;
            final int counter = (state.moderation(firstThrottle + vector) >>> 21 & 0x3FF) << 3;
            notBefore[vector] = now + counter * NANOS_PER_MICRO;
        }
    }
}
