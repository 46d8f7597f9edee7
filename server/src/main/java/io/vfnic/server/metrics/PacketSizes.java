package io.vfnic.server.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

import io.vfnic.device.ring.PoolCounters.Counter;

/** The counters of packets by their size, octets with CRC, and what a metric's label says of each. */
enum PacketSizes {
    RECEIVED(Counter.PRC64, Counter.PRC127, Counter.PRC255, Counter.PRC511, Counter.PRC1023, Counter.PRC1522),
    TRANSMITTED(Counter.PTC64, Counter.PTC127, Counter.PTC255, Counter.PTC511, Counter.PTC1023, Counter.PTC1522);

    static final String LABEL = "size";

    private final SequencedMap<String, Counter> counters = new LinkedHashMap<>();

    PacketSizes(Counter upTo64, Counter upTo127, Counter upTo255, Counter upTo511, Counter upTo1023, Counter longer) {
        counters.put("64", upTo64);
        counters.put("65-127", upTo127);
        counters.put("128-255", upTo255);
        counters.put("256-511", upTo511);
        counters.put("512-1023", upTo1023);
        counters.put("1024-", longer);
    }

    /** The counters, by label. */
    Map<String, Counter> counters() {
        return counters;
    }
}
