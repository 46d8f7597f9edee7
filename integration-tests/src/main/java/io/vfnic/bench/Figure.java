package io.vfnic.bench;

import java.util.Locale;

/** A number with its unit, as people read it: three digits that count, and a prefix. */
final class Figure {
    private static final String[] LARGE = {"", "k", "M", "G", "T"};
    private static final String[] SMALL = {"", "m", "µ", "n"};

    private Figure() {
    }

    static String text(double value, String unit) {
        double magnitude = Math.abs(value);
        int prefix = 0;
        String[] prefixes = magnitude < 1 ? SMALL : LARGE;
        while (magnitude != 0 && prefix < prefixes.length - 1 && (prefixes == SMALL ? magnitude < 1 :
            magnitude >= 1000)) {
            magnitude = prefixes == SMALL ? magnitude * 1000 : magnitude / 1000;
            prefix++;
        }
        int decimals = magnitude == 0 || magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s%s", Math.copySign(magnitude, value),
            prefixes[prefix], unit).strip();
    }
}
