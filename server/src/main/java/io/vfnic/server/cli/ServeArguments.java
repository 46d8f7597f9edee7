package io.vfnic.server.cli;

import java.util.List;

/**
 * What has to be known of {@code vfnic serve}'s arguments before they are parsed: the file that gives the options their
 * defaults, and in which form to tell of what is wrong with them.
 */
final class ServeArguments {
    static final String CONFIG = "--config";
    static final String LOG_FORMAT = "--log-format";

    private static final String COMMAND = "serve";

    private ServeArguments() {
    }

    /** The value of an option, or null where it is not there. */
    static String value(String option, String... arguments) {
        List<String> list = List.of(arguments);
        int from = list.indexOf(COMMAND);
        for (int i = from + 1; from >= 0 && i < list.size(); i++) {
            if (list.get(i).startsWith(option + "=")) {
                return list.get(i).substring(option.length() + 1);
            }
            if (list.get(i).equals(option) && i + 1 < list.size()) {
                return list.get(i + 1);
            }
        }
        return null;
    }
}
