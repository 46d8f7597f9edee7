package io.vfnic.device.admin;

import io.vfnic.device.engine.AgentLoad;
import io.vfnic.device.uplink.UplinkCounters;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's side of a card.
 *
 * <p>Threading: any thread but an engine agent's. Operations are ordered by the card's control lock, which sessions
 * take too for a register access: they hold it for microseconds, do no I/O and wait for no agent. Snapshots of switch
 * and policy are of one moment; rings and counters go on while they are read.
 */
public interface CardAdmin {
    /** The card as it is now. */
    CardSnapshot snapshot();

    /** The counters of each function that has any, in the order of {@link CardSnapshot#functions()}. */
    List<FunctionCounters> counters();

    /** What went through the port's uplink, and what did not; empty where the card has none. */
    Optional<UplinkCounters.Snapshot> uplink();

    /** What each function that has queues has been through; in the order of {@link CardSnapshot#functions()}. */
    List<FunctionActivity> activity();

    /** What the engine's threads have done; those that serve one client alone come and go. */
    List<AgentLoad> agentLoads();

    /** Which addresses and VLANs lead to which function, functions in their order. */
    List<FdbEntry> forwarding();

    /**
     * Changes what the operator has set for a VF; what is in neither argument stays. It is in effect for frames when
     * this returns. A VF whose address changes is asked to reset itself, and its driver takes the address up then.
     *
     * @param vf       number of the VF, from 0.
     * @param set      what is set; null fields are not.
     * @param giveBack what is the PF's driver's again.
     * @throws RefusedException where there is no such VF, or the card cannot do that. Nothing was changed.
     */
    void setVf(int vf, VfSettings set, Set<VfSetting> giveBack) throws RefusedException;

    /**
     * Enables the VFs from 0 on up to a count. The guest of another VF sees a PF in reset and no link; when the VF is
     * enabled again its driver is told and sets it up anew.
     *
     * @throws RefusedException where the card has fewer VFs, or a guest's driver decides on that.
     */
    void enableVfs(int count) throws RefusedException;

    /** Takes the port's link down whatever the uplink's is, or lets it be as the uplink's. */
    void allowLink(boolean allowed);

    /**
     * Resets a VF: its queues stop, and its driver is told by mailbox that it has to set it up anew.
     *
     * @throws RefusedException where there is no such function, or none that can be reset without harm.
     */
    void reset(String function) throws RefusedException;
}
