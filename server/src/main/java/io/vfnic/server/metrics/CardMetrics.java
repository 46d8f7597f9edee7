package io.vfnic.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.engine.AgentLoad;

/** All there is to say of a card, read anew for each scrape. Called by the HTTP server's threads. */
final class CardMetrics implements MultiCollector {
    private static final double NANOS_PER_SECOND = 1e9;

    private final CardAdmin card;
    private final String version;

    CardMetrics(CardAdmin card, String version) {
        this.card = card;
        this.version = version;
    }

    @Override
    public MetricSnapshots collect() {
        CardSnapshot snapshot = card.snapshot();
        List<MetricSnapshot> all = new ArrayList<>(cardMetrics(snapshot));
        all.addAll(new FunctionMetrics(snapshot, card.counters(), card.activity()).all());
        all.addAll(agentMetrics(card.agentLoads()));
        snapshot.uplink().ifPresent(uplink -> all.addAll(UplinkMetrics.state(uplink)));
        card.uplink().ifPresent(uplink -> all.addAll(new UplinkMetrics(uplink).all()));
        return new MetricSnapshots(all);
    }

    private List<MetricSnapshot> cardMetrics(CardSnapshot snapshot) {
        return List.of(
            Family.info("build", "What this program is.", values -> values.add(1, "version", version,
                "java", Runtime.version().toString())),
            Family.gauge("card_vfs", "VFs that the card has.", values -> values.add(snapshot.vfs())),
            Family.gauge("card_enabled_vfs", "VFs that the PF's driver has enabled.",
                values -> values.add(snapshot.enabledVfs())),
            Family.gauge("card_link_up", "Whether the port's link is up.",
                values -> values.add(Family.of(snapshot.linkUp()))));
    }

    private static List<MetricSnapshot> agentMetrics(List<AgentLoad> agents) {
        return List.of(
            ofAgents(agents, "agent_duty_cycles", "Duty cycles of the engine thread.", AgentLoad::cycles),
            ofAgents(agents, "agent_busy_duty_cycles", "Duty cycles in which there was work.", AgentLoad::busyCycles),
            ofAgents(agents, "agent_busy_seconds",
                "Time spent in duty cycles in which there was work; its rate is the part "
                + "of a CPU that the work takes.", agent -> agent.busyNanos() / NANOS_PER_SECOND),
            ofAgents(agents, "agent_stalls", "Duty cycles that took longer than 10 ms.", AgentLoad::stalls),
            ofAgents(agents, "agent_relayed_frames", "Frames handed to other engine threads.", AgentLoad::relayed),
            ofAgents(agents, "agent_sleeps", "How often the thread went to sleep.", AgentLoad::sleeps),
            ofAgents(agents, "agent_wakeups", "How often another thread woke it.", AgentLoad::wakeUps));
    }

    private static MetricSnapshot ofAgents(
        List<AgentLoad> agents, String name, String help, ToDoubleFunction<AgentLoad> value) {
        return Family.counter(name, help,
            values -> agents.forEach(agent -> values.add(value.applyAsDouble(agent), "agent", agent.name())));
    }
}
