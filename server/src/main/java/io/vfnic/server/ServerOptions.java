package io.vfnic.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

import io.vfnic.device.admin.VfSettings;
import io.vfnic.server.uplink.UplinkSpec;

/**
 * How a server has a card run on its host.
 *
 * @param doorbell      how drivers ring VFs.
 * @param pollingLoops  event loops that look for register accesses all the time, instead of sleeping until there is
 *                      one; each takes a CPU. 0 lets as many loops sleep as are of use.
 * @param doorbellPause microseconds for which the doorbells of a driver that rings for every packet may be left to
 *                      gather, so that they are taken together; 0 takes each at once, as polling loops do anyhow.
 * @param agentCpus     the CPUs that the engine's agents are bound to, in turn; none lets them run anywhere.
 * @param uplink        what the port's wire side leads to.
 * @param metrics       where metrics are served over HTTP; null for nowhere.
 * @param policies      what the operator sets for VFs from the start, by their numbers.
 */
public record ServerOptions(Doorbell doorbell, int pollingLoops, int doorbellPause, List<Integer> agentCpus,
    UplinkSpec uplink, InetSocketAddress metrics, Map<Integer, VfSettings> policies) {
    /** In microseconds: a ring of the drivers' usual 256 descriptors must not run dry meanwhile. */
    public static final int MAX_DOORBELL_PAUSE = 1000;

    /** In microseconds; what two guests that shared two CPUs with the card did best with. */
    public static final int DEFAULT_DOORBELL_PAUSE = 300;

    /** What {@code vfnic serve} does when it is not told otherwise. */
    public static final ServerOptions DEFAULT = new ServerOptions(Doorbell.AUTO, 0, List.of());

    public ServerOptions {
        if (pollingLoops < 0) {
            throw new IllegalArgumentException("not a number of event loops: " + pollingLoops);
        }
        if (doorbellPause < 0 || doorbellPause > MAX_DOORBELL_PAUSE) {
            throw new IllegalArgumentException("not a pause for doorbells: " + doorbellPause);
        }
        agentCpus = List.copyOf(agentCpus);
        policies = Map.copyOf(policies);
    }

    /** Options of a card without uplink and metrics. */
    public ServerOptions(Doorbell doorbell, int pollingLoops, List<Integer> agentCpus) {
        this(doorbell, pollingLoops, DEFAULT_DOORBELL_PAUSE, agentCpus, UplinkSpec.NONE, null, Map.of());
    }

    /** These options with other doorbells. */
    public ServerOptions with(Doorbell other) {
        return new ServerOptions(other, pollingLoops, doorbellPause, agentCpus, uplink, metrics, policies);
    }

    /** These options with another uplink. */
    public ServerOptions with(UplinkSpec other) {
        return new ServerOptions(doorbell, pollingLoops, doorbellPause, agentCpus, other, metrics, policies);
    }
}
