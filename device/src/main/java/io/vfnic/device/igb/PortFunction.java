package io.vfnic.device.igb;

import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SpoofReports;

/**
 * What the registers need of the PF.
 *
 * @param pool     the engine's side, {@link PoolControl#NONE} where no driver in a guest has queues of its own.
 * @param causes   ICR and its kin.
 * @param counters of the PF's queues.
 * @param spoofs   what the engine reports of VFs that spoof.
 * @param mac      the port's address in the NVM, 48 bits; 0 for none.
 * @param time     the port's clock and timestamps.
 */
public record PortFunction(
    PoolControl pool, PortCauses causes, PoolCounters counters, SpoofReports spoofs, long mac, TimeSync time) {
    /** A PF without queues, as a PF driver inside the card runs it. */
    public static PortFunction withoutQueues(PortCauses causes, SpoofReports spoofs) {
        return new PortFunction(PoolControl.NONE, causes, new PoolCounters(), spoofs, 0, new TimeSync(() -> 0));
    }
}
