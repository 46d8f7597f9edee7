package io.vfnic.server.config;

import java.util.Collection;
import java.util.Locale;

/** Which of the names that there are somebody may have meant. */
public final class NearestName {
    /** So many letters of a name make room for one edit of a typo. */
    private static final int LETTERS_PER_EDIT = 2;

    private NearestName() {
    }

    /** The name that takes the fewest edits to become; null where that would be another word rather than a typo. */
    public static String of(String written, Collection<String> names) {
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String name : names) {
            int edits = edits(written, name);
            if (edits < fewest && edits <= Math.max(1, name.length() / LETTERS_PER_EDIT)) {
                nearest = name;
                fewest = edits;
            }
        }
        return nearest;
    }

    /** Levenshtein's distance: letters to insert, remove or replace; {@code _} passes for {@code -}. */
    private static int edits(String written, String name) {
        String from = written.toLowerCase(Locale.ROOT).replace('_', '-');
        int[] row = new int[name.length() + 1];
        for (int j = 0; j <= name.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[name.length()];
    }
}
