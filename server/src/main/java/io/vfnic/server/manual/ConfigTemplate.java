package io.vfnic.server.manual;

import java.util.Set;

import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A config file that changes nothing: every option that a file may set, what it does, and its default, commented out. */
final class ConfigTemplate {
    /** Said on the command line, or by who starts the program, but not in a file. */
    private static final Set<String> NOT_IN_FILES = Set.of("--config", "--help", "--version", "--verbose");
    private static final int WIDTH = 100;
    private static final String LONG = "--";

    private ConfigTemplate() {
    }

    static String of(CommandSpec serve) {
        Help help = PlainText.help(serve);
        StringBuilder out = new StringBuilder("""
            # How the card is served: the options of "vfnic serve", by their long names. See vfnic-serve(1).
            # What stands here commented out is the default.
            """);
        for (OptionSpec option : serve.options()) {
            if (option.hidden() || option.inherited() || NOT_IN_FILES.contains(option.longestName())) {
                continue;
            }
            out.append('\n');
            PlainText.description(option, help).forEach(line -> comment(out, line));
            out.append('#').append(option.longestName().substring(LONG.length())).append(" = ").append(value(option))
                .append('\n');
        }
        return out.toString();
    }

    private static void comment(StringBuilder out, String text) {
        StringBuilder line = new StringBuilder("#");
        for (String word : text.split(" +")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line.setLength(1);
            }
            line.append(' ').append(word);
        }
        out.append(line).append('\n');
    }

    private static String value(OptionSpec option) {
        String value = option.defaultValue();
        Class<?> type = option.type();
        if (type == boolean.class || type == Boolean.class) {
            return value == null ? "false" : value;
        }
        if (value == null) {
            value = option.paramLabel();
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return value;
        }
        return '"' + value + '"';
    }
}
