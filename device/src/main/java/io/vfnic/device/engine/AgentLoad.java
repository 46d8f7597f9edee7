package io.vfnic.device.engine;

/**
 * What an agent has done since it was started.
 *
 * @param name       the agent's.
 * @param cycles     duty cycles.
 * @param busyCycles of these, cycles in which there was work.
 * @param busyNanos  how long those took, nanoseconds.
 * @param stalls     of these, cycles that took longer than 10 ms.
 * @param relayed    frames handed to other agents.
 * @param sleeps     how often it went to sleep.
 * @param wakeUps    how often somebody woke it.
 */
public record AgentLoad(
    String name, long cycles, long busyCycles, long busyNanos, long stalls, long relayed, long sleeps, long wakeUps) {
}
