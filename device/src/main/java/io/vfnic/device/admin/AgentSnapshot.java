package io.vfnic.device.admin;

import java.util.List;

/**
 * A thread of the engine.
 *
 * @param name      the thread's.
 * @param functions names of those whose frames it moves.
 */
public record AgentSnapshot(String name, List<String> functions) {
    /** Copies the list. */
    public AgentSnapshot {
        functions = List.copyOf(functions);
    }
}
