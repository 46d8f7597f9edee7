package io.vfnic.server.config;

import java.util.function.UnaryOperator;

/**
 * A key that a config file may have.
 *
 * @param name     as written in the file.
 * @param kind     of its values.
 * @param fallback the value that {@code true} stands for although the key is no flag; null where it stands for none.
 * @param check    takes a value and tells what is wrong with it, for users; null where nothing is.
 */
public record ConfigKey(String name, Kind kind, String fallback, UnaryOperator<String> check) {
    /** What a value looks like in TOML. */
    public enum Kind {
        /** {@code true} or {@code false}. */
        FLAG("true or false") {
            @Override
            boolean takes(Object value) {
                return value instanceof Boolean;
            }
        },
        /** A whole number. */
        NUMBER("a whole number") {
            @Override
            boolean takes(Object value) {
                return value instanceof Long;
            }
        },
        /** Text in quotes. */
        TEXT("text in quotes") {
            @Override
            boolean takes(Object value) {
                return value instanceof String;
            }
        };

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        abstract boolean takes(Object value);

        @Override
        public String toString() {
            return words;
        }
    }

    /** A key whose values have one form only. */
    public ConfigKey(String name, Kind kind, UnaryOperator<String> check) {
        this(name, kind, null, check);
    }
}
