package io.vfnic.server.control;

import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.FunctionActivity;
import io.vfnic.device.admin.FunctionCounters;
import io.vfnic.device.admin.FunctionSnapshot;
import io.vfnic.device.admin.QueueTraffic;
import io.vfnic.device.engine.AgentLoad;
import io.vfnic.device.uplink.UplinkCounters;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.protocol.control.v1.AgentStats;
import io.vfnic.protocol.control.v1.FunctionStats;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts all that a card counts into messages, each counter by its name. */
final class StatsMessages {
    /** The uplink's name among the functions. */
    static final String UPLINK = "uplink";
    /** Told once in a while, and only to those who watch: their packets are counted. */
    private static final Set<WatchEvent> NOT_COUNTED = EnumSet.of(WatchEvent.SPOOFED, WatchEvent.STALLED);

    private StatsMessages() { }

    /** The functions, and behind them the uplink where there is one. */
    static List<FunctionStats> functions(CardAdmin card) {
        Map<String, FunctionSnapshot> shown = card.snapshot().functions().stream()
            .collect(Collectors.toMap(FunctionSnapshot::name, Function.identity()));
        Map<String, FunctionActivity> active = card.activity().stream()
            .collect(Collectors.toMap(FunctionActivity::function, Function.identity()));
        List<FunctionStats> all = new ArrayList<>();
        for (FunctionCounters counters : card.counters()) {
            all.add(function(counters, shown.get(counters.function()), active.get(counters.function())));
        }
        card.uplink().ifPresent(uplink -> all.add(uplink(uplink)));
        return all;
    }

    private static FunctionStats function(FunctionCounters counters, FunctionSnapshot shown, FunctionActivity active) {
        FunctionStats.Builder stats = FunctionStats.newBuilder().setName(counters.function());
        counters.values().forEach((counter, value) -> stats.putCounters(counter.statistic(), value));
        for (QueueTraffic queue : active.queues()) {
            // The PF gives some of its queues to VFs.
            if (shown.queues().stream().anyMatch(
                own -> own.transmit() == queue.transmit() && own.index() == queue.index())) {
                String name = (queue.transmit() ? "tx" : "rx") + "_queue_" + queue.index();
                stats.putCounters(name + "_packets", queue.frames());
                stats.putCounters(name + "_bytes", queue.octets());
            }
        }
        if (shown.vf().isPresent()) {
            stats.putCounters("mailbox_messages_by_vf", active.messagesByVf());
            stats.putCounters("mailbox_messages_by_pf", active.messagesByPf());
        }
        active.events().forEach((event, count) -> {
            if (!NOT_COUNTED.contains(event)) {
                stats.putCounters("event_" + event.name().toLowerCase(Locale.ROOT), count);
            }
        });
        return stats.build();
    }

    private static FunctionStats uplink(UplinkCounters.Snapshot uplink) {
        FunctionStats.Builder stats = FunctionStats.newBuilder().setName(UPLINK);
        uplink.traffic().forEach((counter, value) -> stats.putCounters(counter.statistic(), value));
        uplink.drops().forEach((reason, value) -> stats.putCounters(reason.statistic(), value));
        return stats.build();
    }

    static List<AgentStats> agents(CardAdmin card) {
        return card.agentLoads().stream().map(StatsMessages::agent).toList();
    }

    private static AgentStats agent(AgentLoad agent) {
        return AgentStats.newBuilder().setName(agent.name())
            .putCounters("duty_cycles", agent.cycles())
            .putCounters("busy_duty_cycles", agent.busyCycles())
            .putCounters("busy_ns", agent.busyNanos())
            .putCounters("stalls", agent.stalls())
            .putCounters("relayed_frames", agent.relayed())
            .putCounters("sleeps", agent.sleeps())
            .putCounters("wakeups", agent.wakeUps())
            .build();
    }
}
