package io.vfnic.device.admin;

import java.util.List;
import java.util.Optional;

/**
 * A card at one moment.
 *
 * @param guestPf     whether a guest's driver runs the PF, rather than the card's own.
 * @param vfs         VFs that the card was made with, 0 to 7.
 * @param enabledVfs  how many of them are enabled, from VF 0 on.
 * @param linkUp      the port's link.
 * @param linkAllowed whether the operator lets it be up.
 * @param uplink      what the port is connected to; empty where its cable leads nowhere.
 * @param functions   in the order of the card's function ports.
 * @param agents      the engine's threads.
 */
public record CardSnapshot(boolean guestPf, int vfs, int enabledVfs, boolean linkUp, boolean linkAllowed,
    Optional<UplinkSnapshot> uplink, List<FunctionSnapshot> functions, List<AgentSnapshot> agents) {
    /** Copies the lists. */
    public CardSnapshot {
        functions = List.copyOf(functions);
        agents = List.copyOf(agents);
    }
}
