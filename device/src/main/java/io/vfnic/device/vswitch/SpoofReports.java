package io.vfnic.device.vswitch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which transmit queues have sent what was not theirs to send (WVBR), and how the last one did (LVMMC). Set by the
 * agents that drop such frames, read and cleared by the PF's driver.
 */
public final class SpoofReports {
    /** LVMMC: the source address was not the pool's. */
    public static final int ADDRESS = 1;
    /** LVMMC: the VLAN was not the pool's, or there was a tag where the card inserts or forbids it. */
    public static final int VLAN = 1 << 1;

    private static final int LAST_QUEUE_SHIFT = 16;
    private static final VarHandle QUEUES;
    private static final VarHandle LAST;

    private volatile int queues;
    private volatile int last;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUES = lookup.findVarHandle(SpoofReports.class, "queues", int.class);
            LAST = lookup.findVarHandle(SpoofReports.class, "last", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * A queue has sent such a frame (agent).
     *
     * @param queue the device's number of it, 0 to 15.
     * @param cause {@link #ADDRESS} or {@link #VLAN}.
     */
    public void report(int queue, int cause) {
        last = queue << LAST_QUEUE_SHIFT | cause;
        QUEUES.getAndBitwiseOr(this, 1 << queue);
    }

    /** WVBR without clearing it. */
    public int queues() {
        return queues;
    }

    /** LVMMC without clearing it. */
    public int last() {
        return last;
    }

    /** WVBR: bit q for queue q; reading clears it. */
    public int takeQueues() {
        return (int)QUEUES.getAndSet(this, 0);
    }

    /**
     * LVMMC: cause in bits 1:0 and queue in bits 19:16; reading clears it. Of the 82576's layout FreeBSD's driver tells
     * the place of the queue, and that bits 4:2 stand for a queue the card has blocked, which this one never does; the
     * place of the causes is ours.
     */
    public int takeLast() {
        return (int)LAST.getAndSet(this, 0);
    }

    /** CTRL.RST: nothing has happened. */
    public void reset() {
        queues = 0;
        last = 0;
    }
}
