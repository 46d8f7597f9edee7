package io.vfnic.server.cli;

import java.util.Locale;

/** Numbers that people take in at a glance. */
final class Units {
    private static final String[] PREFIXES = {"", "k", "M", "G", "T"};
    private static final double STEP = 1000;
    private static final double WITHOUT_FRACTION = 100;

    private Units() {
    }

    /** A rate with three digits or so and a decimal prefix: 950, 12.3k, 1.0M. */
    static String rate(double value) {
        double rest = value;
        int prefix = 0;
        while (rest >= STEP && prefix < PREFIXES.length - 1) {
            rest /= STEP;
            prefix++;
        }
        String digits = prefix == 0 || rest >= WITHOUT_FRACTION ? "%.0f" : "%.1f";
        return String.format(Locale.ROOT, digits, rest) + PREFIXES[prefix];
    }
}
