package io.vfnic.server;

import java.util.List;

/**
 * How a server has a card run on its host.
 *
 * @param doorbell     how drivers ring VFs.
 * @param pollingLoops event loops that look for register accesses all the time, instead of sleeping until there is one;
 *                     each takes a CPU. 0 lets as many loops sleep as are of use.
 * @param agentCpus    the CPUs that the engine's agents are bound to, in turn; none lets them run anywhere.
 */
public record ServerOptions(Doorbell doorbell, int pollingLoops, List<Integer> agentCpus) {
    /** What {@code vfnic serve} does when it is not told otherwise. */
    public static final ServerOptions DEFAULT = new ServerOptions(Doorbell.AUTO, 0, List.of());

    public ServerOptions {
        if (pollingLoops < 0) {
            throw new IllegalArgumentException("not a number of event loops: " + pollingLoops);
        }
        agentCpus = List.copyOf(agentCpus);
    }

    /** These options with other doorbells. */
    public ServerOptions with(Doorbell other) {
        return new ServerOptions(other, pollingLoops, agentCpus);
    }
}
