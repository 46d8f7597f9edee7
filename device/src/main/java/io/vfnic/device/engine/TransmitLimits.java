package io.vfnic.device.engine;

import io.vfnic.device.ring.RateLimiter;
import io.vfnic.device.ring.TransmitQueue;
import io.vfnic.device.vswitch.SwitchTable;

/** Keeps the rate limits of a function's transmit queues as the switch's table has them. One agent's. */
final class TransmitLimits {
    private final TransmitQueue[] queues;
    private final RateLimiter[] limiters;
    private final int firstQueue;
    private final int stride;
    private SwitchTable followed;

    /**
     * @param queues     the function's.
     * @param firstQueue the device's number of the first one.
     * @param stride     from one to the next.
     */
    TransmitLimits(TransmitQueue[] queues, int firstQueue, int stride) {
        this.queues = queues;
        this.firstQueue = firstQueue;
        this.stride = stride;
        this.limiters = new RateLimiter[queues.length];
        for (int k = 0; k < queues.length; k++) {
            limiters[k] = new RateLimiter();
        }
    }

    /** Takes over the table's limits where it is another than before. */
    void follow(SwitchTable table, long now) {
        if (table == followed) {
            return;
        }
        followed = table;
        for (int k = 0; k < queues.length; k++) {
            final int queue = firstQueue + k * stride;
            limiters[k].configure(table.rateControl(queue), table.rateWindow(), now);
            queues[k].limiter(limiters[(table.limitingQueue(queue) - firstQueue) / stride]);
        }
    }
}
