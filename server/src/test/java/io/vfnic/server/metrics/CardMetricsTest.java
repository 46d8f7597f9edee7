package io.vfnic.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.vfnic.device.Card;
import io.vfnic.server.support.CountingCard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A scrape has all that a card counts. */
class CardMetricsTest {
    private static final Path GUIDE = Path.of("docs/operating.md");
    private static final Pattern NAME = Pattern.compile("vfnic_[a-z_{},]+");
    private static final Pattern BRACES = Pattern.compile("\\{([a-z_,]+)}");
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

    /** By their names in braces as a shell expands them; those without samples are there, too. */
    @Test
    void theGuideNamesAllMetricsAndNoOthers() throws IOException {
        List<String> documented = Files.readAllLines(GUIDE).stream().filter(line -> line.startsWith("| `vfnic_"))
            .flatMap(row -> NAME.matcher(row.split(" \\| ")[0]).results()).map(MatchResult::group)
            .flatMap(CardMetricsTest::expanded).toList();

        assertThat(documented).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(
            new CardMetrics(CountingCard.with("", card.admin()), "").collect().stream()
                .map(CardMetricsTest::nameOf).toList());
    }

    private static Stream<String> expanded(String name) {
        Matcher braces = BRACES.matcher(name);
        return braces.find() ? Arrays.stream(braces.group(1).split(","))
            .flatMap(word -> expanded(name.substring(0, braces.start()) + word + name.substring(braces.end())))
            : Stream.of(name);
    }

    private static String nameOf(MetricSnapshot family) {
        String name = family.getMetadata().getPrometheusName();
        return switch (family) {
            case CounterSnapshot _ -> name + "_total";
            case InfoSnapshot _ -> name + "_info";
            default -> name;
        };
    }

    private static List<Double> values(CardMetrics metrics) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, metrics.collect());
        return text.toString(StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"))
            .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).toList();
    }
}
