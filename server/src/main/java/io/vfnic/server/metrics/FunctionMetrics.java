package io.vfnic.server.metrics;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.FunctionActivity;
import io.vfnic.device.admin.FunctionCounters;
import io.vfnic.device.admin.FunctionSnapshot;
import io.vfnic.device.admin.QueueSnapshot;
import io.vfnic.device.admin.QueueTraffic;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.watch.WatchEvent;

/** What there is to say of the card's functions and their queues. */
final class FunctionMetrics {
    private static final String FUNCTION = "function";
    private static final String QUEUE = "queue";
    private static final long CRC_LENGTH = 4;

    private static final SequencedMap<String, WatchEvent> RESETS = new LinkedHashMap<>();
    private static final Set<WatchEvent> OTHER_EVENTS = EnumSet.complementOf(EnumSet.of(WatchEvent.CONNECTED,
        WatchEvent.DEVICE_RESET, WatchEvent.FUNCTION_LEVEL_RESET, WatchEvent.SOFTWARE_RESET, WatchEvent.RESET_BY_PF,
        // Told once in a while, and only to those who watch: their packets are counted.
        WatchEvent.SPOOFED, WatchEvent.STALLED));
    private static final SequencedMap<String, Counter> DROPS = new LinkedHashMap<>();

    static {
        RESETS.put("device", WatchEvent.DEVICE_RESET);
        RESETS.put("function_level", WatchEvent.FUNCTION_LEVEL_RESET);
        RESETS.put("software", WatchEvent.SOFTWARE_RESET);
        RESETS.put("by_pf", WatchEvent.RESET_BY_PF);
        DROPS.put("no_descriptor", Counter.NO_DESCRIPTOR);
        DROPS.put("oversize", Counter.OVERSIZE);
        DROPS.put("spoofed", Counter.SPOOFED);
        DROPS.put("dma_error", Counter.DMA_ERROR);
        DROPS.put("no_destination", Counter.NO_DESTINATION);
        DROPS.put("ring_full", Counter.RING_FULL);
    }

    private final CardSnapshot card;
    private final List<FunctionCounters> counters;
    private final List<FunctionActivity> activity;

    FunctionMetrics(CardSnapshot card, List<FunctionCounters> counters, List<FunctionActivity> activity) {
        this.card = card;
        this.counters = counters;
        this.activity = activity;
    }

    List<MetricSnapshot> all() {
        return Stream.of(state(), traffic(), happenings(), queues()).flatMap(List::stream).toList();
    }

    private List<MetricSnapshot> state() {
        return List.of(
            Family.info("function", "Functions of the card, with their kind and present MAC address.",
                values -> card.functions().forEach(function -> values.add(1, FUNCTION, function.name(),
                    "kind", function.kind().name().toLowerCase(Locale.ROOT),
                    "mac", function.mac().map(Object::toString).orElse("")))),
            Family.gauge("function_client_connected", "Whether a client has the function.",
                values -> card.functions().forEach(
                    function -> values.add(Family.of(function.client().isPresent()), FUNCTION, function.name()))),
            Family.gauge("function_link_up", "Whether the function's driver is shown a link.",
                values -> card.functions().forEach(
                    function -> values.add(Family.of(function.linkUp()), FUNCTION, function.name()))));
    }

    private List<MetricSnapshot> traffic() {
        return List.of(
            count("function_receive_packets", "Packets delivered to the function's guest.", Counter.GPRC),
            bytes("function_receive_bytes", "Bytes of the packets delivered to the function's guest, without CRC.",
                Counter.GORC, Counter.GPRC),
            count("function_transmit_packets", "Packets that the function's guest has sent.", Counter.GPTC),
            bytes("function_transmit_bytes", "Bytes of the packets that the function's guest has sent, without CRC.",
                Counter.GOTC, Counter.GPTC),
            count("function_receive_multicast_packets", "Multicast packets delivered to the function's guest.",
                Counter.MPRC),
            count("function_receive_broadcast_packets", "Broadcast packets delivered to the function's guest.",
                Counter.BPRC),
            count("function_transmit_multicast_packets", "Multicast packets that the function's guest has sent.",
                Counter.MPTC),
            count("function_transmit_broadcast_packets", "Broadcast packets that the function's guest has sent.",
                Counter.BPTC),
            count("function_transmit_segmented_sends", "Large sends that the card has cut into segments.",
                Counter.TSCTC),
            bytes("function_receive_local_bytes", "Of the bytes received, those from other functions of the card.",
                Counter.GORLBC, Counter.GPRLBC),
            count("function_receive_local_packets", "Of the packets received, those from other functions of the card.",
                Counter.GPRLBC),
            bytes("function_transmit_local_bytes", "Of the bytes sent, those to other functions of the card.",
                Counter.GOTLBC, Counter.GPTLBC),
            count("function_transmit_local_packets", "Of the packets sent, those to other functions of the card.",
                Counter.GPTLBC),
            count("function_receive_offered_packets", "Packets that came for the function, whatever became of them.",
                Counter.TPR),
            bytes("function_receive_offered_bytes", "Bytes of the packets that came for the function, without CRC.",
                Counter.TOR, Counter.TPR),
            sizes("function_receive_size_packets", "Packets delivered, by their bytes with CRC.", PacketSizes.RECEIVED),
            sizes("function_transmit_size_packets", "Packets sent, by their bytes with CRC.", PacketSizes.TRANSMITTED),
            count("function_receive_no_buffer_packets",
                "Packets that came when no receive descriptor was free, whether they could "
                + "wait for one or were dropped.", Counter.NO_BUFFER),
            count("function_receive_missed_packets",
                "Of the packets dropped for no_descriptor, those whose driver lets packets "
                + "wait, but for which there was no room to.", Counter.MISSED),
            count("function_interrupts", "Interrupts sent to the function's guest.", Counter.IAC),
            Family.counter("function_drops", "Packets dropped, by reason: no_descriptor, oversize and dma_error of the "
                + "receiver; spoofed, no_destination, ring_full and dma_error of the sender.",
                values -> counters.forEach(function -> DROPS.forEach((reason, counter) -> values.add(
                    function.values().get(counter), FUNCTION, function.function(), "reason", reason)))));
    }

    private List<MetricSnapshot> happenings() {
        return List.of(
            Family.counter("function_connects", "Clients that have taken the function.",
                values -> activity.forEach(function -> values.add(
                    function.events().get(WatchEvent.CONNECTED), FUNCTION, function.function()))),
            Family.counter("function_resets", "Resets of the function: by its client (device), by its guest "
                + "(function_level), by its driver (software), of a VF by the PF's driver (by_pf).",
                values -> activity.forEach(function -> RESETS.forEach((kind, event) -> values.add(
                    function.events().get(event), FUNCTION, function.function(), "kind", kind)))),
            Family.counter("function_events", "What else has happened to the function, by event.",
                values -> activity.forEach(function -> OTHER_EVENTS.forEach(event -> values.add(
                    function.events().get(event), FUNCTION, function.function(),
                    "event", event.name().toLowerCase(Locale.ROOT))))),
            Family.counter("function_mailbox_messages", "Messages in a VF's mailbox, by who has sent them: vf or pf.",
                values -> card.functions().stream().filter(function -> function.vf().isPresent())
                    .flatMap(function -> activityOf(function).stream()).forEach(function -> {
                        values.add(function.messagesByVf(), FUNCTION, function.function(), "sender", "vf");
                        values.add(function.messagesByPf(), FUNCTION, function.function(), "sender", "pf");
                    })));
    }

    private List<MetricSnapshot> queues() {
        return List.of(
            queueCount("queue_receive_packets", "Packets that the queue has delivered to its guest.", false,
                QueueTraffic::frames),
            queueCount("queue_receive_bytes", "Bytes of the packets that the queue has delivered, without CRC.", false,
                QueueTraffic::octets),
            queueCount("queue_transmit_packets", "Packets taken from the queue, whatever became of them then.", true,
                QueueTraffic::frames),
            queueCount("queue_transmit_bytes", "Bytes of the packets taken from the queue, without CRC.", true,
                QueueTraffic::octets),
            queueGauge("queue_receive_enabled", "Whether the driver has enabled the queue.", false,
                queue -> queue.enabled() ? 1 : 0),
            queueGauge("queue_transmit_enabled", "Whether the driver has enabled the queue.", true,
                queue -> queue.enabled() ? 1 : 0),
            queueGauge("queue_receive_free_descriptors",
                "Descriptors that the driver has filled and the card has not used.",
                false, FunctionMetrics::pending),
            queueGauge("queue_transmit_pending_descriptors",
                "Descriptors that the driver has filled and the card has not "
                + "sent.", true, FunctionMetrics::pending));
    }

    private MetricSnapshot sizes(String name, String help, PacketSizes sizes) {
        return Family.counter(name, help, values -> counters.forEach(function -> sizes.counters().forEach(
            (size, counter) -> values.add(
                function.values().get(counter), FUNCTION, function.function(), PacketSizes.LABEL, size))));
    }

    private MetricSnapshot count(String name, String help, Counter counter) {
        return Family.counter(name, help, values -> counters.forEach(
            function -> values.add(function.values().get(counter), FUNCTION, function.function())));
    }

    /** The card counts each packet's CRC among its octets. */
    private MetricSnapshot bytes(String name, String help, Counter octets, Counter packets) {
        return Family.counter(name, help, values -> counters.forEach(function -> {
            Map<Counter, Long> counted = function.values();
            // The octets are counted after the packets, which a scrape may fall between.
            values.add(Math.max(0, counted.get(octets) - CRC_LENGTH * counted.get(packets)),
                FUNCTION, function.function());
        }));
    }

    /** Of the queues that are the function's now: the PF gives some of its to VFs. */
    private MetricSnapshot queueCount(String name, String help, boolean transmit, ToLongFunction<QueueTraffic> value) {
        return Family.counter(name, help, values -> card.functions().forEach(
            function -> activityOf(function).stream().flatMap(active -> active.queues().stream())
                .filter(queue -> queue.transmit() == transmit && function.queues().stream().anyMatch(
                    own -> own.transmit() == transmit && own.index() == queue.index()))
                .forEach(queue -> values.add(value.applyAsLong(queue),
                    FUNCTION, function.name(), QUEUE, Integer.toString(queue.index())))));
    }

    private MetricSnapshot queueGauge(String name, String help, boolean transmit, ToLongFunction<QueueSnapshot> value) {
        return Family.gauge(name, help, values -> card.functions().forEach(
            function -> function.queues().stream().filter(queue -> queue.transmit() == transmit)
                .forEach(queue -> values.add(value.applyAsLong(queue),
                    FUNCTION, function.name(), QUEUE, Integer.toString(queue.index())))));
    }

    private List<FunctionActivity> activityOf(FunctionSnapshot function) {
        return activity.stream().filter(active -> active.function().equals(function.name())).toList();
    }

    /** From head to tail, around the ring's end; the tail is the guest's and may be anything. */
    private static long pending(QueueSnapshot queue) {
        return queue.length() == 0 ? 0 : Math.floorMod(queue.tail() - queue.head(), queue.length());
    }
}
