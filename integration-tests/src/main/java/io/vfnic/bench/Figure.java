package io.vfnic.bench;

import java.util.Locale;
import java.util.Set;

/** A number with its unit, as people read it: three digits that count, and a prefix where the unit takes one. */
final class Figure {
    /** Others, such as per cent and units that have a prefix already, take none. */
    private static final Set<String> PREFIXED = Set.of("s", "B", "bit/s", "packets/s");
    private static final String[] LARGE = {"", "k", "M", "G", "T"};
    private static final String[] SMALL = {"", "m", "µ", "n"};

    private Figure() {
    }

    static String text(double value, String unit) {
        double magnitude = Math.abs(value);
        int prefix = 0;
        String[] prefixes = magnitude < 1 ? SMALL : LARGE;
        int last = PREFIXED.contains(unit) && magnitude != 0 ? prefixes.length - 1 : 0;
        while (prefix < last && (prefixes == SMALL ? magnitude < 1 : magnitude >= 1000)) {
            magnitude = prefixes == SMALL ? magnitude * 1000 : magnitude / 1000;
            prefix++;
        }
        int decimals = magnitude == 0 || magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s%s", Math.copySign(magnitude, value),
            prefixes[prefix], unit).strip();
    }
}
