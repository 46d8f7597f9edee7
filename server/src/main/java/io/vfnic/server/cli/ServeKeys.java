package io.vfnic.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.vfnic.device.CardConfig;
import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.ConfigKey;
import io.vfnic.server.config.ConfigValue;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The keys of a config file: the options of {@code vfnic serve} by their long names, read as on the command line. */
final class ServeKeys {
    /** Options that make no sense in a file. */
    private static final Set<String> NOT_IN_FILES = Set.of(ServeArguments.CONFIG, "--help", "--version");
    private static final String LONG = "--";

    private ServeKeys() {
    }

    /** Reads a file against these keys and those of a VF's section. */
    static ConfigFile read(Path file) throws IOException {
        return ConfigFile.read(file, ofOptions(), VfKeys.ALL, CardConfig.MAX_VFS);
    }

    /** The word for the log's form: what the command line says, or else the file; null where neither says any. */
    static String logFormat(ConfigFile file, String said) {
        ConfigValue value = file.options().get(ServeArguments.LOG_FORMAT.substring(LONG.length()));
        return said != null || value == null ? said : value.text();
    }

    /** A key for each option. */
    static List<ConfigKey> ofOptions() {
        CommandLine serve = new CommandLine(new ServeCommand()).setExpandAtFiles(false);
        List<ConfigKey> keys = new ArrayList<>();
        for (OptionSpec option : serve.getCommandSpec().options()) {
            if (!option.inherited() && !NOT_IN_FILES.contains(option.longestName())) {
                String fallback = option.fallbackValue().isEmpty() ? null : option.fallbackValue();
                keys.add(new ConfigKey(nameOf(option), kindOf(option), fallback,
                    value -> complaint(serve, option.longestName() + "=" + value)));
            }
        }
        return keys;
    }

    /** The key of an option. */
    static String nameOf(OptionSpec option) {
        return option.longestName().substring(LONG.length());
    }

    private static ConfigKey.Kind kindOf(OptionSpec option) {
        Class<?> type = option.type();
        if (type == boolean.class || type == Boolean.class) {
            return ConfigKey.Kind.FLAG;
        }
        return type.isPrimitive() || Number.class.isAssignableFrom(type)
            ? ConfigKey.Kind.NUMBER : ConfigKey.Kind.TEXT;
    }

    private static String complaint(CommandLine serve, String argument) {
        try {
            serve.parseArgs(argument);
            return null;
        } catch (ParameterException e) {
            return ArgumentText.complaint(e);
        }
    }
}
