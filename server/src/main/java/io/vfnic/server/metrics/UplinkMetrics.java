package io.vfnic.server.metrics;

import java.util.List;
import java.util.Locale;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.vfnic.device.admin.UplinkSnapshot;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.uplink.UplinkCounters;

/** What there is to say of the port's uplink, where there is one. */
final class UplinkMetrics {
    private final UplinkCounters.Snapshot uplink;

    UplinkMetrics(UplinkCounters.Snapshot uplink) {
        this.uplink = uplink;
    }

    static List<MetricSnapshot> state(UplinkSnapshot uplink) {
        return List.of(
            Family.info("uplink", "What the port is connected to.",
                values -> values.add(1, "uplink", uplink.name())),
            Family.gauge("uplink_link_up", "Whether the uplink gives the port a link.",
                values -> values.add(Family.of(uplink.linkUp()))));
    }

    /** What is counted. */
    List<MetricSnapshot> all() {
        return List.of(
            count("uplink_receive_packets", "Packets that came in through the uplink for some function.", Counter.GPRC),
            value("uplink_receive_bytes", "Bytes of the packets that came in through the uplink, without CRC.",
                uplink.octetsIn()),
            count("uplink_receive_multicast_packets", "Multicast packets that came in for some function.",
                Counter.MPRC),
            count("uplink_receive_broadcast_packets", "Broadcast packets that came in for some function.",
                Counter.BPRC),
            sizes("uplink_receive_size_packets", "Packets that came in, by their bytes with CRC.",
                PacketSizes.RECEIVED),
            count("uplink_transmit_packets", "Packets that went out through the uplink.", Counter.GPTC),
            value("uplink_transmit_bytes", "Bytes of the packets that went out through the uplink, without CRC.",
                uplink.octetsOut()),
            count("uplink_transmit_multicast_packets", "Multicast packets that went out.", Counter.MPTC),
            count("uplink_transmit_broadcast_packets", "Broadcast packets that went out.", Counter.BPTC),
            sizes("uplink_transmit_size_packets", "Packets that went out, by their bytes with CRC.",
                PacketSizes.TRANSMITTED),
            Family.counter("uplink_drops",
                "Packets dropped at the uplink, by reason: in_... coming in, out_... going out.",
                values -> uplink.drops().forEach((reason, frames) ->
                    values.add(frames, "reason", reason.name().toLowerCase(Locale.ROOT)))));
    }

    private MetricSnapshot count(String name, String help, Counter counter) {
        return value(name, help, uplink.traffic().get(counter));
    }

    private static MetricSnapshot value(String name, String help, long value) {
        return Family.counter(name, help, values -> values.add(value));
    }

    private MetricSnapshot sizes(String name, String help, PacketSizes sizes) {
        return Family.counter(name, help, values -> sizes.counters().forEach(
            (size, counter) -> values.add(uplink.traffic().get(counter), PacketSizes.LABEL, size)));
    }
}
