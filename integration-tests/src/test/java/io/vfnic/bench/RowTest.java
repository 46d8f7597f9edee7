package io.vfnic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the table says of figures. */
class RowTest {
    @ParameterizedTest
    @CsvSource({"11, 10, true", "11.1, 10, false", "9, 10, true"})
    void aRatioIsAtMostItsAim(double ours, double baseline, boolean reached) {
        assertThat(Row.of("what", "s", ours, baseline, Aim.ratioAtMost(1.1), "").reached()).isEqualTo(reached);
    }

    @ParameterizedTest
    @CsvSource({"8, 10, true", "7.9, 10, false", "20, 10, true"})
    void aRatioIsAtLeastItsAim(double ours, double baseline, boolean reached) {
        assertThat(Row.of("what", "s", ours, baseline, Aim.ratioAtLeast(0.8), "").reached()).isEqualTo(reached);
    }

    @Test
    void anAimForTheFigureItselfNeedsNoBaseline() {
        assertThat(Row.of("what", "B", 0, Aim.atMost(0), "").reached()).isTrue();
        assertThat(Row.of("what", "B", 24, Aim.atMost(0), "").reached()).isFalse();
        assertThat(Row.of("what", "B", 24, Aim.atMost(0), "").ratio()).isNull();
    }

    @Test
    void whatWasNotMeasuredReachesNothingAndSaysWhy() {
        Row row = Row.notMeasured("what", Aim.ratioAtLeast(1), "no testpmd here");

        assertThat(row.reached()).isNull();
        assertThat(row.note()).isEqualTo("not measured: no testpmd here");
    }

    @Test
    void theTableShowsFiguresRatioAndAim() {
        StringWriter text = new StringWriter();

        Table.print(new PrintWriter(text), List.of(
            Row.of("frames", "packets/s", 1_500_000, 2_000_000, Aim.ratioAtLeast(1), "with a note"),
            Row.notMeasured("others", null, "a reason")));

        assertThat(text.toString().lines()).containsExactly(
            "| what   | ours            | baseline        | ratio | aim    | reached |",
            "| ------ | --------------- | --------------- | ----- | ------ | ------- |",
            "| frames | 1.50 Mpackets/s | 2.00 Mpackets/s | 0.75  | >= 1.0 | no      |",
            "| others | -               | -               | -     | -      | -       |",
            "",
            "- frames: with a note",
            "- others: not measured: a reason");
    }

    @ParameterizedTest
    @CsvSource({"0.0000123, s, 12.3 µs", "0, B, 0 B", "999, B, 999 B", "1234, B, 1.23 kB", "0.5, s, 500 ms",
        "21e9, bit/s, 21.0 Gbit/s", "1234, ms, 1234 ms", "0.5, ms, 0.50 ms", "0.31, % of a core, 0.31 % of a core",
        "1500, MiB, 1500 MiB"})
    void figuresAreThreeDigitsWithAPrefix(double value, String unit, String text) {
        assertThat(Figure.text(value, unit)).isEqualTo(text);
    }

    @Test
    void sidesTakeTurnsAndTheMedianCounts() throws Exception {
        List<String> turns = new ArrayList<>();
        double[] ours = {3, 100, 1};
        double[] medians = Turns.medians(new Scale(3, 1, false), () -> {
            turns.add("ours");
            return ours[(turns.size() - 1) / 2];
        }, () -> {
            turns.add("theirs");
            return 5;
        });

        assertThat(medians).containsExactly(3, 5);
        assertThat(turns).containsExactly("ours", "theirs", "theirs", "ours", "ours", "theirs");
    }
}
