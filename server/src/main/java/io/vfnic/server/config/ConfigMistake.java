package io.vfnic.server.config;

import java.util.Comparator;

/**
 * Something in a config file that cannot be.
 *
 * @param line    from 1.
 * @param column  from 1.
 * @param key     what it is about, such as {@code vfs} or {@code vf.0.mac}; empty where the text is not TOML.
 * @param message for users: what is wrong, and what would be right.
 */
public record ConfigMistake(int line, int column, String key, String message) {
    /** In the order in which they stand in the file. */
    public static final Comparator<ConfigMistake> BY_PLACE =
        Comparator.comparingInt(ConfigMistake::line).thenComparingInt(ConfigMistake::column);

    /** In one line, as compilers write it. */
    public String in(String file) {
        return file + ":" + line + ":" + column + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
