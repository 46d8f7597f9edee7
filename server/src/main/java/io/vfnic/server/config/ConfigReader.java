package io.vfnic.server.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Holds a parsed file against the keys that there are, and gathers all its mistakes. Reads one file. */
final class ConfigReader {
    private static final String VF = "vf";

    private final Map<String, ConfigKey> options;
    private final Map<String, ConfigKey> vfKeys;
    private final int mostVfs;
    private final List<ConfigMistake> mistakes = new ArrayList<>();

    ConfigReader(Collection<ConfigKey> options, Collection<ConfigKey> vfKeys, int mostVfs) {
        this.options = byName(options);
        this.vfKeys = byName(vfKeys);
        this.mostVfs = mostVfs;
    }

    ConfigFile read(String name, TomlParseResult file) {
        for (TomlParseError error : file.errors()) {
            mistakes.add(new ConfigMistake(
                error.position().line(), error.position().column(), "", error.getMessage()));
        }
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        SortedMap<Integer, ConfigSection> vfs = new TreeMap<>();
        for (String key : file.keySet()) {
            Object value = file.get(List.of(key));
            if (key.equals(VF) && value instanceof TomlTable table) {
                readVfs(table, vfs);
            } else if (options.containsKey(key)) {
                take(options.get(key), key, value, file.inputPositionOf(List.of(key)), values);
            } else {
                refuse(file.inputPositionOf(List.of(key)), key, unknownOption(key, value));
            }
        }
        mistakes.sort(ConfigMistake.BY_PLACE);
        return new ConfigFile(name, Collections.unmodifiableMap(values), Collections.unmodifiableSortedMap(vfs),
            List.copyOf(mistakes));
    }

    private String unknownOption(String key, Object value) {
        if (value instanceof TomlTable) {
            return "no such section; there are [vf.0] to [vf." + (mostVfs - 1) + "]";
        }
        return vfKeys.containsKey(key) ? "belongs in the section of a VF, such as [vf.0]" : unknown(key, options);
    }

    private void readVfs(TomlTable table, SortedMap<Integer, ConfigSection> vfs) {
        for (String number : table.keySet()) {
            TomlPosition position = table.inputPositionOf(List.of(number));
            String path = VF + "." + number;
            if (!(table.get(List.of(number)) instanceof TomlTable section)) {
                refuse(position, path, "is no section; write [vf.0] in a line of its own and the keys below");
            } else if (!number.matches("\\d") || Integer.parseInt(number) >= mostVfs) {
                refuse(position, path, "no such VF; there are [vf.0] to [vf." + (mostVfs - 1) + "]");
            } else {
                vfs.put(Integer.parseInt(number),
                    new ConfigSection(readVf(path, section), position.line(), position.column()));
            }
        }
    }

    private Map<String, ConfigValue> readVf(String path, TomlTable section) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        for (String key : section.keySet()) {
            TomlPosition position = section.inputPositionOf(List.of(key));
            if (vfKeys.containsKey(key)) {
                take(vfKeys.get(key), path + "." + key, section.get(List.of(key)), position, values);
            } else {
                refuse(position, path + "." + key, options.containsKey(key)
                    ? "is no key of a VF but of the card: it belongs above the first section" : unknown(key, vfKeys));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    private void take(ConfigKey key, String path, Object value, TomlPosition position, Map<String, ConfigValue> into) {
        String text = String.valueOf(value);
        if (value instanceof Boolean wanted && key.fallback() != null) {
            if (!wanted) {
                return;
            }
            text = key.fallback();
        } else if (!key.kind().takes(value)) {
            refuse(position, path, "must be " + key.kind() + (key.fallback() == null ? "" : ", or true"));
            return;
        }
        String complaint = key.check().apply(text);
        if (complaint != null) {
            refuse(position, path, complaint);
        } else {
            into.put(key.name(), new ConfigValue(text, position.line(), position.column()));
        }
    }

    private static String unknown(String key, Map<String, ConfigKey> known) {
        String nearest = NearestName.of(key, known.keySet());
        return "no such key; " +
            (nearest == null ? "there are " + String.join(", ", known.keySet()) : "did you mean " + nearest + "?");
    }

    private void refuse(TomlPosition position, String key, String text) {
        mistakes.add(new ConfigMistake(position.line(), position.column(), key, text));
    }

    private static Map<String, ConfigKey> byName(Collection<ConfigKey> keys) {
        Map<String, ConfigKey> names = new LinkedHashMap<>();
        keys.forEach(key -> names.put(key.name(), key));
        return names;
    }
}
