package io.vfnic.bench;

import java.util.Locale;

/**
 * How far a row should get.
 *
 * @param of    what the aim is for.
 * @param most  whether the value is the most that it may be, not the least.
 * @param value a ratio, or a figure in the row's unit.
 */
public record Aim(Of of, boolean most, double value) {
    /** What is compared with the aim. */
    public enum Of { RATIO, OURS }

    /** Our figure by the baseline's is to be this or less. */
    public static Aim ratioAtMost(double value) {
        return new Aim(Of.RATIO, true, value);
    }

    /** Our figure by the baseline's is to be this or more. */
    public static Aim ratioAtLeast(double value) {
        return new Aim(Of.RATIO, false, value);
    }

    /** Our figure itself is to be this or less. */
    public static Aim atMost(double value) {
        return new Aim(Of.OURS, true, value);
    }

    boolean isReachedBy(double ours, double ratio) {
        double reached = of == Of.RATIO ? ratio : ours;
        return most ? reached <= value : reached >= value;
    }

    @Override
    public String toString() {
        String number = value == Math.rint(value) && of == Of.OURS ? String.format(Locale.ROOT, "%,.0f", value) :
            String.format(Locale.ROOT, "%.1f", value);
        return (most ? "<= " : ">= ") + number;
    }
}
