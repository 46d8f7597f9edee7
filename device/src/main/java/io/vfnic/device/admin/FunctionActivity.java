package io.vfnic.device.admin;

import io.vfnic.device.watch.WatchEvent;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a function has been through since the card was started, beside its counters.
 *
 * @param function     its name.
 * @param events       how often each event has happened.
 * @param messagesByVf messages that a VF's driver has sent in its mailbox.
 * @param messagesByPf messages that the PF's driver has sent in the VF's mailbox.
 * @param queues       receive queues, then transmit queues, each by index.
 */
public record FunctionActivity(
    String function, Map<WatchEvent, Long> events, long messagesByVf, long messagesByPf, List<QueueTraffic> queues) {
    /** Copies map and list. */
    public FunctionActivity {
        events = Collections.unmodifiableMap(new EnumMap<>(events));
        queues = List.copyOf(queues);
    }
}
