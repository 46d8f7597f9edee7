package io.vfnic.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.vfnic.device.Card;
import io.vfnic.server.support.CountingCard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A scrape has all that a card counts. */
class CardMetricsTest {
    private static final double NANOS_PER_SECOND = 1e9;

    private static Card card;

    @BeforeAll
    static void makeCard() {
        card = CountingCard.start();
    }

    @AfterAll
    static void closeCard() {
        card.close();
    }

    @ParameterizedTest
    @MethodSource("io.vfnic.server.support.CountingCard#counters")
    void eachCounterIsThere(String counter) throws IOException {
        // Times are told in seconds.
        double value = counter.endsWith("Nanos") ? CountingCard.VALUE / NANOS_PER_SECOND : CountingCard.VALUE;

        assertThat(values(new CardMetrics(CountingCard.with(counter, card.admin()), ""))).as(counter)
            .containsOnlyOnce(value);
    }

    private static List<Double> values(CardMetrics metrics) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, metrics.collect());
        return text.toString(StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"))
            .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).toList();
    }
}
