package io.vfnic.device.engine;

import io.vfnic.device.filter.FilterMatch;
import io.vfnic.device.frame.VlanTag;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.ReceiveQueue;
import io.vfnic.device.ring.ReceiveStatus;
import io.vfnic.device.ring.Reception;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SwitchTable;
import io.vfnic.device.watch.Verdict;

/** A function's way from the switch to its receive queues. The agent's, except {@link #isHolding}. */
final class PoolReceiver {
    private static final int CRC_LENGTH = 4;

    private final ReceiveQueue[] receive;
    private final QueueSet queues;
    private final PoolInterrupts interrupts;
    private final PoolCounters counters;
    private final PoolWatch watch;
    private final Reception reception = new Reception();
    /** The PF's clock and timestamps; null for a VF, which has none. */
    private final TimeSync time;
    private volatile boolean holding;
    /** The queues whose write-backs have not been brought to the guest. */
    private int unwritten;

    PoolReceiver(ReceiveQueue[] receive, QueueSet queues, PoolInterrupts interrupts, PoolCounters counters,
        TimeSync time, PoolWatch watch) {
        this.receive = receive;
        this.queues = queues;
        this.interrupts = interrupts;
        this.counters = counters;
        this.time = time;
        this.watch = watch;
    }

    /** Whether frames wait for receive descriptors, so that the agent wants to hear of a tail that moves. */
    boolean isHolding() {
        return holding;
    }

    /** Gives frames that have waited for descriptors to the guest; returns how many. */
    int giveHeld(SwitchTable table, int budget) {
        int given = 0;
        boolean left = false;
        for (int rest = queues.held(); rest != 0; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            final ReceiveQueue queue = receive[k];
            ReceiveQueue.Outcome outcome = ReceiveQueue.Outcome.DELIVERED;
            for (int n = 0; n < budget && queue.isHolding() && outcome != ReceiveQueue.Outcome.HELD; n++) {
                outcome = queue.deliverHeld(table.receiveBufferLength());
                if (outcome != ReceiveQueue.Outcome.HELD) {
                    given(k, outcome, queue.lastHeld(), queue.lastHeldDestination());
                    given++;
                }
            }
            left |= queue.isHolding();
        }
        holding = left;
        flush();
        return given;
    }

    /** Brings to the guest the descriptors of the frames it has been given. */
    void flush() {
        counters.publish();
        for (; unwritten != 0; unwritten &= unwritten - 1) {
            final int queue = Integer.numberOfTrailingZeros(unwritten);
            receive[queue].flush();
            interrupts.received(queues.deviceQueue(queue));
        }
    }

    /** Queues have been stopped: what was not brought to the guest never is. */
    void forget(int stopped) {
        unwritten &= ~stopped;
    }

    /** A frame has been written to the guest. */
    private void given(int queue, ReceiveQueue.Outcome outcome, Reception frame, long destination) {
        if (outcome == ReceiveQueue.Outcome.DELIVERED) {
            counters.receivedRun().add(frame.octets(), destination, frame.isLocal());
        } else {
            counters.add(Counter.DMA_ERROR, 1);
        }
        unwritten |= 1 << queue;
        if (frame.isImmediate()) {
            interrupts.hurry(queues.deviceQueue(queue));
        }
    }

    /**
     * Takes a frame that the switch has chosen the function for.
     *
     * @return what became of it, see {@link Verdict}.
     */
    int take(Frame frame, ReceiveStatus status, SwitchTable table, int pool, boolean local) {
        final int wireLength = frame.wireLength();
        counters.offered(wireLength + CRC_LENGTH);
        final boolean tagged = frame.vlanControl() != Frame.UNTAGGED;
        if (table.isOversize(pool, wireLength, tagged)) {
            counters.add(Counter.OVERSIZE, 1);
            return Verdict.OVERSIZE;
        }
        final FilterMatch match = status.filter(frame, table.queueFilters(), pool);
        final boolean stamped =
            time != null && time.stampReceived(frame.view(), status.headers(), match.isTimeSync());
        if (stamped) {
            status.stamped();
        }
        final boolean strip = tagged && table.stripsVlan(pool);
        final boolean inPlace =
            tagged && !strip && VlanTag.insert(frame.view(), table.vlanEtherType(), frame.vlanControl());
        final int split = status.splitLength(table.splitTypes(pool));
        final int queue = queueFor(table, status, match, pool);
        ReceiveQueue.Outcome outcome = ReceiveQueue.Outcome.DISABLED;
        try {
            reception.of(status, strip ? frame.vlanControl() : Frame.UNTAGGED,
                inPlace && split > 0 ? split + VlanTag.LENGTH : split, wireLength + CRC_LENGTH, local,
                match.isImmediate());
            // A queue that is another function's now may still be enabled by the registers that it left here.
            if ((queues.held() & 1 << queue) != 0) {
                outcome = receive[queue].deliver(
                    frame.view(), reception, table.receiveBufferLength(), sharers(table, queue));
            }
        } finally {
            if (inPlace) {
                // The header is the sender's, who goes on with it whatever this guest's memory does.
                VlanTag.strip(frame.view(), table.vlanEtherType());
            }
        }
        switch (outcome) {
            case DELIVERED, FAULT -> given(queue, outcome, reception, frame.view().destination());
            case HELD -> {
                // From now on the agent hears of a tail that moves; it looks once more whether one has.
                holding = true;
                watch.stalled(queue);
            }
            case NO_DESCRIPTOR -> watch.stalled(queue);
            case DISABLED -> { }
        }
        final int verdict = verdictOf(outcome);
        if (stamped && Verdict.isDropped(verdict) && outcome != ReceiveQueue.Outcome.FAULT) {
            time.withdrawReceived();
        }
        return verdict;
    }

    /** What waits in the card has been received by it: whether the guest is in time for it, only time will tell. */
    private static int verdictOf(ReceiveQueue.Outcome outcome) {
        return switch (outcome) {
            case DELIVERED, HELD -> Verdict.RECEIVED;
            case DISABLED -> Verdict.QUEUE_DISABLED;
            case FAULT -> Verdict.MEMORY_FAULT;
            case NO_DESCRIPTOR -> Verdict.NO_DESCRIPTOR;
        };
    }

    /** How many functions share the packet buffer in which frames for a queue may wait; 0 where they may not. */
    private int sharers(SwitchTable table, int queue) {
        return table.dropsAtOnce(queues.deviceQueue(queue)) ? 0 : table.sharers();
    }

    /**
     * The queue filters' choice, if it is a queue of this pool, or RSS's, as this function numbers its queues; a driver
     * that runs one queue only gets everything there.
     */
    private int queueFor(SwitchTable table, ReceiveStatus status, FilterMatch match, int pool) {
        final int filtered = match.queue();
        final int chosen = queues.ownQueue(
            filtered != FilterMatch.NONE && table.poolOfQueue(filtered) == pool ? filtered
            : table.queueOf(pool, status.hashType(), status.hashValue()));
        return receive[chosen].isRunning() ? chosen : queues.ownQueue(pool);
    }
}
