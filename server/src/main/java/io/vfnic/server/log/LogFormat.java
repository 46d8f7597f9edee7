package io.vfnic.server.log;

import java.util.Locale;

/** What a line of the log looks like. */
public enum LogFormat {
    /** For people: time, level, the function if the message is about one, the words, other fields. */
    TEXT {
        @Override
        LineLayout layout() {
            return new TextLayout();
        }
    },
    /** For programs: one JSON object. */
    JSON {
        @Override
        LineLayout layout() {
            return new JsonLayout();
        }
    };

    abstract LineLayout layout();

    /** The word that users have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
