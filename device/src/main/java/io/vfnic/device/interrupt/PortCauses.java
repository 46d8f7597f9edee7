package io.vfnic.device.interrupt;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The causes that are not vectors (ICR, IMS, IAM): the port's events, which in MSI-X mode lead to the vector that
 * IVAR_MISC names, and in the other modes to the PF's one interrupt (82576, ICR and GPIE).
 * <p>
 * Sessions and agents both set causes; the PF's agent sends what they lead to.
 */
public final class PortCauses {
    /** ICR.TXDW: a transmit descriptor was written back. */
    public static final int TRANSMITTED = 1;
    /** ICR.RXDW: a receive descriptor was written back. */
    public static final int RECEIVED = 1 << 7;
    /** ICR.DOUTSYNC: the DMA engine met what it should not have, such as a spoofed frame. */
    public static final int OUT_OF_SYNC = 1 << 28;
    /** ICR.INTA: the interrupt is asserted. */
    public static final int ASSERTED = 1 << 31;
    /** What IMS can enable. */
    public static final int WRITABLE = 0x77D4FBFD;

    private final InterruptState state;
    private final AtomicInteger causes = new AtomicInteger();
    private final AtomicInteger mask = new AtomicInteger();
    private volatile int autoMask;
    private volatile int vector = -1;
    private volatile boolean msix;
    private volatile boolean manyVectors;
    private volatile boolean clearedByRead;

    /** All registers 0. */
    public PortCauses(InterruptState state) {
        this.state = state;
        state.unmask(InterruptState.LEGACY);
    }

    /** Sets bits of ICR; the caller makes the PF's agent look. */
    public void raise(int bits) {
        set(causes, bits);
        send(bits & mask.get());
    }

    /** ICR, read without side effects. */
    public int causes() {
        final int value = causes.get();
        return isAsserted() ? value | ASSERTED : value;
    }

    /** Whether the one interrupt is asserted, which it is in the modes that have one while an unmasked cause is set. */
    public boolean isAsserted() {
        return !isRouted() && (causes.get() & mask.get()) != 0;
    }

    /** Reads ICR with the side effects of reading it: when that clears it, IAM masks. */
    public int read() {
        final int value = causes();
        if (clearedByRead || !isRouted() || mask.get() == 0) {
            reset(causes, value);
            mask(autoMask);
        }
        return value;
    }

    /** Clears bits of ICR. */
    public void clear(int bits) {
        reset(causes, bits);
        deassert();
    }

    /** IMS. */
    public int mask() {
        return mask.get();
    }

    /** Sets bits of IMS: what is pending behind them interrupts. */
    public void unmask(int bits) {
        set(mask, bits);
        send(causes.get() & bits);
    }

    /** Clears bits of IMS. */
    public void mask(int bits) {
        reset(mask, bits);
        deassert();
    }

    /** IAM. */
    public int autoMask() {
        return autoMask;
    }

    /** Sets IAM. */
    public void autoMask(int bits) {
        autoMask = bits;
    }

    /** The vector of IVAR_MISC's second entry, -1 where it is not valid. */
    public void route(int toVector) {
        vector = toVector;
    }

    /** Whether the PF's client has MSI-X enabled. */
    public void msix(boolean enabled) {
        msix = enabled;
        modeChanged();
    }

    /** GPIE.Multiple_MSIX: whether MSI-X mode has all the vectors; without it, entry 0 is the one interrupt. */
    public void manyVectors(boolean enabled) {
        manyVectors = enabled;
        modeChanged();
    }

    /** GPIE.NSICR: whether a read of ICR always clears it. */
    public void clearedByRead(boolean always) {
        clearedByRead = always;
    }

    /** Everything as made, but for the mode. */
    public void reset() {
        mask.set(0);
        causes.set(0);
        autoMask = 0;
        vector = -1;
        clearedByRead = false;
        manyVectors = false;
        deassert();
    }

    private boolean isRouted() {
        return msix && manyVectors;
    }

    private void modeChanged() {
        deassert();
        send(causes.get() & mask.get());
    }

    private void send(int bits) {
        if (bits == 0) {
            return;
        }
        if (!isRouted()) {
            state.raise(InterruptState.LEGACY);
        } else if (vector >= 0) {
            state.raise(1 << vector);
        }
    }

    /** What has not been sent yet is not to be sent when its cause has gone meanwhile. */
    private void deassert() {
        if (!isAsserted()) {
            state.clearCauses(InterruptState.LEGACY);
            if (isAsserted()) {
                // An agent has set a cause between the two.
                state.raise(InterruptState.LEGACY);
            }
        }
    }

    private static void set(AtomicInteger word, int bits) {
        int old;
        do {
            old = word.get();
        } while ((old & bits) != bits && !word.compareAndSet(old, old | bits));
    }

    private static void reset(AtomicInteger word, int bits) {
        int old;
        do {
            old = word.get();
        } while ((old & bits) != 0 && !word.compareAndSet(old, old & ~bits));
    }
}
