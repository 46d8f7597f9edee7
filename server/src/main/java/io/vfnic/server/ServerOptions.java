package io.vfnic.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

import io.vfnic.device.admin.VfSettings;
import io.vfnic.server.uplink.UplinkSpec;

/**
 * How a server has a card run on its host.
 *
 * @param doorbell     how drivers ring VFs.
 * @param pollingLoops event loops that look for register accesses all the time, instead of sleeping until there is one;
 *                     each takes a CPU. 0 lets as many loops sleep as are of use.
 * @param agentCpus    the CPUs that the engine's agents are bound to, in turn; none lets them run anywhere.
 * @param uplink       what the port's wire side leads to.
 * @param metrics      where metrics are served over HTTP; null for nowhere.
 * @param policies     what the operator sets for VFs from the start, by their numbers.
 */
public record ServerOptions(Doorbell doorbell, int pollingLoops, List<Integer> agentCpus, UplinkSpec uplink,
    InetSocketAddress metrics, Map<Integer, VfSettings> policies) {
    /** What {@code vfnic serve} does when it is not told otherwise. */
    public static final ServerOptions DEFAULT = new ServerOptions(Doorbell.AUTO, 0, List.of());

    public ServerOptions {
        if (pollingLoops < 0) {
            throw new IllegalArgumentException("not a number of event loops: " + pollingLoops);
        }
        agentCpus = List.copyOf(agentCpus);
        policies = Map.copyOf(policies);
    }

    /** Options of a card without uplink and metrics. */
    public ServerOptions(Doorbell doorbell, int pollingLoops, List<Integer> agentCpus) {
        this(doorbell, pollingLoops, agentCpus, UplinkSpec.NONE, null, Map.of());
    }

    /** These options with other doorbells. */
    public ServerOptions with(Doorbell other) {
        return new ServerOptions(other, pollingLoops, agentCpus, uplink, metrics, policies);
    }

    /** These options with another uplink. */
    public ServerOptions with(UplinkSpec other) {
        return new ServerOptions(doorbell, pollingLoops, agentCpus, other, metrics, policies);
    }
}
