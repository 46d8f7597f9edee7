package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.AgentStats;
import io.vfnic.protocol.control.v1.FunctionStats;
import io.vfnic.protocol.control.v1.Stats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Counters of one moment, which together with those of an earlier one make rates. */
final class StatsTable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long nanos;
    private final SequencedMap<String, Map<String, Long>> entries = new LinkedHashMap<>();

    StatsTable(Stats stats) {
        nanos = stats.getMonotonicNs();
        for (FunctionStats function : stats.getFunctionsList()) {
            entries.put(function.getName(), function.getCountersMap());
        }
        for (AgentStats agent : stats.getAgentsList()) {
            entries.put(agent.getName(), agent.getCountersMap());
        }
    }

    /** The counters of each function, of the uplink and of the engine's threads, by name. */
    SequencedMap<String, Map<String, Long>> entries() {
        return entries;
    }

    /** By how much a counter grew since {@code before}, per second; 0 where either does not have it. */
    double rate(StatsTable before, String function, String counter) {
        long elapsed = nanos - before.nanos;
        return elapsed <= 0 ? 0
            : (value(function, counter) - before.value(function, counter)) * NANOS_PER_SECOND / elapsed;
    }

    /** As {@link #rate(StatsTable, String, String)}, of several counters together. */
    double rate(StatsTable before, String function, List<String> counters) {
        return counters.stream().mapToDouble(counter -> rate(before, function, counter)).sum();
    }

    private long value(String function, String counter) {
        return entries.getOrDefault(function, Map.of()).getOrDefault(counter, 0L);
    }
}
