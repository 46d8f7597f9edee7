package io.vfnic.device.igb;

import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SpoofReports;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the registers need of the PF.
 *
 * @param pool     the engine's side, {@link PoolControl#NONE} where no driver in a guest has queues of its own.
 * @param causes   ICR and its kin.
 * @param counters of the PF's queues.
 * @param ofVfs    what VFs alone have sent to the wire and got from it, which counts for the port, too.
 * @param spoofs   what the engine reports of VFs that spoof.
 * @param mac      the port's address in the NVM, 48 bits; 0 for none.
 * @param time     the port's clock and timestamps.
 * @param queues   the registers of the queues, by pool, while they are the PF's. A VF's are others, for its guest may
 *                 have them mapped and write to them when the VF is disabled and its queues are the PF's.
 */
public record PortFunction(PoolControl pool, PortCauses causes, PoolCounters counters, PoolCounters ofVfs,
    SpoofReports spoofs, long mac, TimeSync time, List<QueuePages> queues) {
    /** A PF whose queue registers only the registers' side knows. */
    public PortFunction(
        PoolControl pool, PortCauses causes, PoolCounters counters, SpoofReports spoofs, long mac, TimeSync time) {
        this(pool, causes, counters, new PoolCounters(), spoofs, mac, time,
            Stream.generate(QueuePages::allocate).limit(Igb82576.POOLS).toList());
    }

    /** A PF without queues, as a PF driver inside the card runs it. */
    public static PortFunction withoutQueues(PortCauses causes, SpoofReports spoofs) {
        return new PortFunction(PoolControl.NONE, causes, new PoolCounters(), spoofs, 0, new TimeSync(() -> 0));
    }
}
