package io.vfnic.server.config;

/**
 * A value that a config file gives a key.
 *
 * @param text   the value as one would write it on the command line.
 * @param line   of the key, from 1.
 * @param column of the key, from 1.
 */
public record ConfigValue(String text, int line, int column) {
}
