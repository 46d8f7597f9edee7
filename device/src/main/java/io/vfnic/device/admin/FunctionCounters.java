package io.vfnic.device.admin;

import io.vfnic.device.ring.PoolCounters.Counter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a function has counted so far.
 *
 * @param function its name.
 * @param values   every counter, in their order; they run on for ever.
 */
public record FunctionCounters(String function, Map<Counter, Long> values) {
    /** Copies the values. */
    public FunctionCounters {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }
}
