package io.vfnic.bench;

import java.util.Objects;

/**
 * A line of the table.
 *
 * @param what     is measured.
 * @param unit     of both figures.
 * @param ours     the median of our rounds.
 * @param baseline the median of the baseline's rounds; null where the aim is for our figure alone.
 * @param aim      how far we should get; null where the row is there for information.
 * @param note     conditions that must be known to read the figures, or why there are none; may be empty.
 */
public record Row(String what, String unit, Double ours, Double baseline, Aim aim, String note) {
    /** @throws NullPointerException where a part is missing that every row has. */
    public Row {
        Objects.requireNonNull(what);
        Objects.requireNonNull(unit);
        Objects.requireNonNull(note);
    }

    /** A row whose figures are there. */
    public static Row of(String what, String unit, double ours, double baseline, Aim aim, String note) {
        return new Row(what, unit, ours, baseline, aim, note);
    }

    /** A row without a baseline, whose aim is for our figure. */
    public static Row of(String what, String unit, double ours, Aim aim, String note) {
        return new Row(what, unit, ours, null, aim, note);
    }

    /** A row that could not be measured here, and why. */
    public static Row notMeasured(String what, Aim aim, String why) {
        return new Row(what, "", null, null, aim, "not measured: " + why);
    }

    /** Our figure by the baseline's; null where one of them is missing or the baseline is 0. */
    public Double ratio() {
        return ours == null || baseline == null || baseline == 0 ? null : (Double)(ours / baseline);
    }

    /** Whether the aim is reached; null where there is none or nothing to compare with it. */
    public Boolean reached() {
        Double ratio = ratio();
        if (aim == null || (aim.of() == Aim.Of.RATIO ? ratio : ours) == null) {
            return null;
        }
        return aim.isReachedBy(ours, ratio == null ? 0 : ratio);
    }
}
