package io.vfnic.device.interrupt;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The extended interrupt registers of the whole device: one state that the PF sees in full and each VF through its own
 * window of three bits (82576: vector v of VF n is bit, EITR and MSI-X cause 22 - 3n + v).
 * <p>
 * Sessions and agents both change causes and masks, by atomic bit operations and nothing wider. Only the agent that
 * owns a function sends its interrupts ({@link VectorUnit}); whoever sets a cause or a mask bit makes that agent look.
 */
public final class InterruptState {
    /** Vectors, and bits in each register. */
    public static final int VECTORS = 25;
    /** The bits of the vectors. */
    public static final int ALL_VECTORS = (1 << VECTORS) - 1;
    /** Where the PF's one interrupt of INTx and MSI mode is kept, beside the vectors: no register shows it. */
    public static final int LEGACY_VECTOR = 31;
    /** Its bit. */
    public static final int LEGACY = 1 << LEGACY_VECTOR;
    /** Vectors of a VF. */
    public static final int VECTORS_PER_VF = 3;
    /** EITR: what is left of the interval under way. */
    public static final int EITR_COUNTER = 0x3FF << 21;
    /** EITR.CNT_IGNR, write only: the interval under way goes on as it is. */
    public static final int EITR_IGNORE_COUNTER = 1 << 31;
    /** IVAR entry and IVAR_MISC byte: the entry is valid. */
    public static final int IVAR_VALID = 0x80;

    private final AtomicInteger causes = new AtomicInteger();
    private final AtomicInteger mask = new AtomicInteger();
    /** Causes set, or found set when unmasked, since their interrupt was last sent: an interrupt is an edge. */
    private final AtomicInteger unsent = new AtomicInteger();
    private final AtomicInteger autoClear = new AtomicInteger();
    private final AtomicInteger autoMask = new AtomicInteger();
    private final AtomicIntegerArray moderation = new AtomicIntegerArray(VECTORS);
    /** Vectors whose running interval a write to EITR has replaced. */
    private final AtomicInteger countersWritten = new AtomicInteger();
    private volatile boolean autoMasking;
    /** Device vector of receive queue q at 2q, of transmit queue q at 2q + 1, -1 where the entry is not valid. */
    private final AtomicIntegerArray queueVectors = new AtomicIntegerArray(32);

    /** All registers at their reset values. */
    public InterruptState() {
        for (int i = 0; i < queueVectors.length(); i++) {
            queueVectors.set(i, -1);
        }
    }

    /** Device vector of a VF's vector 0. */
    public static int firstVectorOfVf(int vf) {
        return 22 - VECTORS_PER_VF * vf;
    }

    /** EICR. */
    public int causes() {
        return causes.get();
    }

    /** Sets bits of EICR (as EICS does). */
    public void raise(int bits) {
        or(causes, bits);
        or(unsent, bits);
    }

    /** Clears bits of EICR and returns those of them that were set. */
    public int clearCauses(int bits) {
        return and(causes, ~bits) & bits;
    }

    /** EIMS. */
    public int mask() {
        return mask.get();
    }

    /** Sets bits of EIMS. */
    public void unmask(int bits) {
        or(mask, bits);
        or(unsent, causes.get() & bits);
    }

    /** Clears bits of EIMS. */
    public void mask(int bits) {
        and(mask, ~bits);
    }

    /**
     * Whether an interrupt of these vectors is to be sent, moderation aside. Whoever has set mask bits and finds none
     * need not tell the agent: one that raises a cause later sees the new mask.
     */
    public boolean isDue(int bits) {
        return (due() & bits) != 0;
    }

    /** The vectors whose interrupt is to be sent, moderation aside. */
    int due() {
        return unsent.get() & causes.get() & mask.get();
    }

    /** The interrupt of a vector is about to be sent: clears what EIAC and, with GPIE.EIAME, EIAM select. */
    void sent(int bit) {
        and(unsent, ~bit);
        and(causes, ~(bit & autoClear.get()));
        if (autoMasking) {
            and(mask, ~(bit & autoMask.get()));
        }
    }

    /** GPIE.EIAME: whether EIAM masks a vector when its interrupt is sent, rather than when EICR is accessed. */
    public void autoMasking(boolean whenSent) {
        autoMasking = whenSent;
    }

    /**
     * An access of the driver to its window of EICR: clears bits, and without GPIE.EIAME masks what EIAM selects.
     *
     * @return those of the bits that were set.
     */
    public int accessCauses(int window, int clear) {
        final int set = clearCauses(window & clear);
        if (!autoMasking) {
            mask(window & autoMask.get());
        }
        return set;
    }

    /** EIAC: causes that clear themselves when their interrupt is sent. */
    public int autoClear() {
        return autoClear.get();
    }

    /** Replaces the bits of EIAC that {@code window} selects. */
    public void autoClear(int window, int bits) {
        replace(autoClear, window, bits);
    }

    /** EIAM: mask bits that clear themselves when the interrupt is sent. */
    public int autoMask() {
        return autoMask.get();
    }

    /** Replaces the bits of EIAM that {@code window} selects. */
    public void autoMask(int window, int bits) {
        replace(autoMask, window, bits);
    }

    /** EITR of a vector, as written but for CNT_IGNR, which reads 0. */
    public int moderation(int vector) {
        return moderation.get(vector);
    }

    /** Sets EITR of a vector: a new interval begins with the next interrupt, without CNT_IGNR a new counter at once. */
    public void moderation(int vector, int value) {
        moderation.set(vector, value & ~EITR_IGNORE_COUNTER);
        if ((value & EITR_IGNORE_COUNTER) == 0) {
            // The PF's one interrupt of INTx and MSI mode is throttled by EITR 0.
            or(countersWritten, vector == 0 ? 1 | LEGACY : 1 << vector);
        }
    }

    /** Takes the vectors whose EITR counter has been written since the last call. */
    int takeWrittenCounters(int window) {
        return (countersWritten.get() & window) == 0 ? 0 : and(countersWritten, ~window) & window;
    }

    /** The cause bit that receive queue q raises (IVAR), 0 where none. */
    public int receiveCause(int queue) {
        return bitOf(queueVectors.get(2 * queue));
    }

    /** The cause bit that transmit queue q raises (IVAR), 0 where none. */
    public int transmitCause(int queue) {
        return bitOf(queueVectors.get(2 * queue + 1));
    }

    /** Sets the vector of a receive queue, -1 for none. */
    public void receiveVector(int queue, int vector) {
        queueVectors.set(2 * queue, vector);
    }

    /** Sets the vector of a transmit queue, -1 for none. */
    public void transmitVector(int queue, int vector) {
        queueVectors.set(2 * queue + 1, vector);
    }

    private static int bitOf(int vector) {
        return vector < 0 ? 0 : 1 << vector;
    }

    private static void or(AtomicInteger word, int bits) {
        int old;
        do {
            old = word.get();
            if ((old & bits) == bits) {
                return;
            }
        } while (!word.compareAndSet(old, old | bits));
    }

    private static int and(AtomicInteger word, int bits) {
        int old;
        do {
            old = word.get();
        } while (!word.compareAndSet(old, old & bits));
        return old;
    }

    private static void replace(AtomicInteger word, int window, int bits) {
        int old;
        do {
            old = word.get();
        } while (!word.compareAndSet(old, (old & ~window) | (bits & window)));
    }
}
