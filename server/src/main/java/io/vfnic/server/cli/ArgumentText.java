package io.vfnic.server.cli;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

import io.vfnic.server.config.NearestName;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with a command line, in one line: the argument that it is about, then what it should be. picocli's own
 * words, which say where its parser was, are put into these.
 */
final class ArgumentText {
    private static final Pattern ABOUT_OPTION =
        Pattern.compile("^Invalid value for option '(--?[^']+)'(?: \\([^)]*\\))?: ");
    private static final Pattern ABOUT_ARGUMENT =
        Pattern.compile("^Invalid value for positional parameter at index [^ ]+ \\(([^)]*)\\): ");

    /** In this order: a text may need several. */
    private static final List<Replacement> REPLACEMENTS = List.of(
        new Replacement(ABOUT_OPTION, "$1: "),
        new Replacement(ABOUT_ARGUMENT, "$1: "),
        new Replacement("expected one of \\[([^]]*)] \\(case-sensitive\\) but was '(.*)'",
            "must be one of $1, not \"$2\""),
        new Replacement("'([^']*)' is not an? (?:int|long)$", "must be a whole number, not \"$1\""),
        new Replacement("'([^']*)' is not an? (?:double|float)$", "must be a number, not \"$1\""),
        new Replacement("^Missing required parameter for option '([^']+)' \\((.*)\\)$", "$1: its value $2 is missing"),
        new Replacement("'([^']*)' is not a boolean$", "must be true or false, not \"$1\""),
        new Replacement("^Missing required (?:parameters?|options?|options and parameters): ", "missing: "),
        new Replacement("^positional parameter at index [^ ]+ \\((.*)\\) requires at least .*$", "missing: $1"),
        new Replacement("^option '([^']+)' \\(.*\\) should be specified only once$", "$1: can be given only once"),
        new Replacement("^Unmatched arguments? (?:at|from) index \\d+: ", "unknown argument "),
        new Replacement("^Unknown options?: ", "unknown option "));

    private static final String LONG = "--";

    private record Replacement(Pattern pattern, String replacement) {
        Replacement(String pattern, String replacement) {
            this(Pattern.compile(pattern), replacement);
        }

        String in(String text) {
            return pattern.matcher(text).replaceFirst(replacement);
        }
    }

    private ArgumentText() {
    }

    /** For users, with the way out: what was probably meant, and the help that tells more. */
    static String of(ParameterException failure) {
        String text = failure instanceof UnmatchedArgumentException unmatched ? unknown(unmatched)
            : plain(failure.getMessage());
        return text + (text.endsWith("?") ? " See \"" : "; see \"") +
            failure.getCommandLine().getCommandSpec().qualifiedName() + " --help\"";
    }

    private static String unknown(UnmatchedArgumentException failure) {
        String word = failure.getUnmatched().getFirst();
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        if (word.startsWith(LONG)) {
            String option = word.replaceFirst("=.*", "");
            return "unknown option '" + option + "'" + meant(LONG, option.substring(LONG.length()),
                command.options().stream().map(known -> known.longestName().substring(LONG.length())).toList());
        }
        if (!failure.isUnknownOption() && !command.subcommands().isEmpty()) {
            return "unknown command '" + word + "'" + meant("", word, command.subcommands().keySet());
        }
        return plain(failure.getMessage());
    }

    private static String meant(String prefix, String word, Collection<String> names) {
        String nearest = NearestName.of(word, names);
        return nearest == null ? "" : "; did you mean " + prefix + nearest + "?";
    }

    /** Of a value that an option does not take: what is wrong with it, without the option's name. */
    static String complaint(ParameterException failure) {
        String message = failure.getMessage();
        return plain(ABOUT_OPTION.matcher(message).replaceFirst(""));
    }

    private static String plain(String message) {
        String text = message.lines().findFirst().orElse("");
        for (Replacement replacement : REPLACEMENTS) {
            text = replacement.in(text);
        }
        return text;
    }
}
