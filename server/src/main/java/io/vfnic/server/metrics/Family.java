package io.vfnic.server.metrics;

import java.util.function.Consumer;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Metrics of one name, for a scrape. */
final class Family {
    private static final String PREFIX = "vfnic_";

    private Family() {
    }

    /** Takes the values of a family, each with its labels. */
    @FunctionalInterface
    interface Values {
        /** @param labels names and values in turn. */
        void add(double value, String... labels);
    }

    /**
     * A family of counters.
     *
     * @param name without prefix and without {@code _total}.
     */
    static MetricSnapshot counter(String name, String help, Consumer<Values> fill) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(PREFIX + name).help(help);
        fill.accept((value, labels) -> family.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build()));
        return family.build();
    }

    /** A family of gauges; the name without prefix. */
    static MetricSnapshot gauge(String name, String help, Consumer<Values> fill) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(PREFIX + name).help(help);
        fill.accept((value, labels) -> family.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build()));
        return family.build();
    }

    /** A family whose labels say something; the name without prefix and without {@code _info}. */
    static MetricSnapshot info(String name, String help, Consumer<Values> fill) {
        InfoSnapshot.Builder family = InfoSnapshot.builder().name(PREFIX + name).help(help);
        fill.accept((one, labels) -> family.dataPoint(
            InfoSnapshot.InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build()));
        return family.build();
    }

    /** 1 for what is so. */
    static double of(boolean is) {
        return is ? 1 : 0;
    }
}
