package io.vfnic.device.watch;

/**
 * What became of a frame, as a record of one holds it: either a reason why it went nowhere, or the set of those it went
 * to, bit n for watch point n.
 */
public final class Verdict {
    /** Received by the function it is recorded for. */
    public static final int RECEIVED = 0;
    /** Dropped by address anti-spoofing. */
    public static final int SPOOFED_ADDRESS = -1;
    /** Dropped by VLAN anti-spoofing. */
    public static final int SPOOFED_VLAN = -2;
    /** Nobody wanted it. */
    public static final int NO_DESTINATION = -3;
    /** No receive descriptor was free. */
    public static final int NO_DESCRIPTOR = -4;
    /** The receive queue does not run. */
    public static final int QUEUE_DISABLED = -5;
    /** The receive buffer or its descriptor was out of reach. */
    public static final int MEMORY_FAULT = -6;
    /** Longer than the receiver may get. */
    public static final int OVERSIZE = -7;
    /** The function may not do DMA (Bus Master Enable is clear). */
    public static final int NO_BUS_MASTER = -8;
    /** The uplink's far side took no more: its queue, or what waits for it, was full. */
    public static final int UPLINK_FULL = -9;
    /** The uplink has nobody at its far side, or the port's link is down. */
    public static final int UPLINK_DOWN = -10;
    /** The uplink's far side does not take such a frame, or failed to. */
    public static final int UPLINK_REFUSED = -11;

    /** The lowest verdict that there is. */
    public static final int LAST = UPLINK_REFUSED;

    private Verdict() {
    }

    /** Whether the frame was dropped. */
    public static boolean isDropped(int verdict) {
        return verdict < 0;
    }
}
