package io.vfnic.server.log;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.slf4j.event.Level;

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

    /**
     * An error as a line of the log, with its end: for a program that fails without a log of its own.
     *
     * @param logger  who says so.
     * @param failure with a stack trace worth telling; null for none.
     */
    public String error(String logger, String message, Throwable failure) {
        return layout().format(new LogLine(Instant.now(), Level.ERROR, logger, message, List.of(), failure));
    }

    /** The word that users have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
