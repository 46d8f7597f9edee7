package io.vfnic.server.config;

import java.util.Map;

/**
 * What a config file says of one VF.
 *
 * @param values by key.
 * @param line   of the section, from 1.
 * @param column of the section, from 1.
 */
public record ConfigSection(Map<String, ConfigValue> values, int line, int column) {
}
