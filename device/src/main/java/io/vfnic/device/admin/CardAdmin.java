package io.vfnic.device.admin;

import io.vfnic.device.engine.AgentLoad;
import java.util.List;

/**
 * The operator's side of a card.
 *
 * <p>Threading: any thread but an engine agent's. Operations are ordered by the card's control lock, which sessions take too
 * for a register access: they hold it for microseconds, do no I/O and wait for no agent. Snapshots of switch and policy are
 * of one moment; rings and counters go on while they are read.
 */
public interface CardAdmin {
    /** The card as it is now. */
    CardSnapshot snapshot();

    /** The counters of each function that has any, in the order of {@link CardSnapshot#functions()}. */
    List<FunctionCounters> counters();

    /** What each function that has queues has been through; in the order of {@link CardSnapshot#functions()}. */
    List<FunctionActivity> activity();

    /** What the engine's threads have done; those that serve one client alone come and go. */
    List<AgentLoad> agentLoads();

    /** Which addresses and VLANs lead to which function, functions in their order. */
    List<FdbEntry> forwarding();
}
