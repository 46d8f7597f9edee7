package io.vfnic.server.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * The file that {@code serve --config} names. It has to be known before the arguments are parsed, because it gives the
 * options their defaults.
 */
final class ConfigArgument {
    private static final String COMMAND = "serve";
    private static final String OPTION = "--config";

    private ConfigArgument() {
    }

    /** The file, or null where none is named. */
    static Path in(String... arguments) {
        List<String> list = List.of(arguments);
        int from = list.indexOf(COMMAND);
        for (int i = from + 1; from >= 0 && i < list.size(); i++) {
            if (list.get(i).startsWith(OPTION + "=")) {
                return Path.of(list.get(i).substring(OPTION.length() + 1));
            }
            if (list.get(i).equals(OPTION) && i + 1 < list.size()) {
                return Path.of(list.get(i + 1));
            }
        }
        return null;
    }
}
