package io.vfnic.server.manual;

import java.util.Arrays;
import java.util.List;

import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Texts of a command's model as its help prints them, with their variables filled in, but without colours and columns.
 */
final class PlainText {
    private static final ColorScheme PLAIN = Help.defaultColorScheme(Help.Ansi.OFF);
    /** Of the columns that renderers of options and arguments give. */
    private static final int DESCRIPTION = 4;

    private PlainText() {
    }

    static Help help(CommandSpec command) {
        return new Help(command, PLAIN);
    }

    /** The lines of a description or footer. */
    static List<String> lines(String[] texts) {
        return Arrays.stream(texts)
            .flatMap(text -> Help.Ansi.OFF.text(String.format(text)).toString().lines().map(String::stripTrailing))
            .toList();
    }

    /** What an argument is, as {@link #description(OptionSpec, Help)}. */
    static List<String> description(PositionalParamSpec parameter, Help help) {
        return description(help.createDefaultParameterRenderer().render(
            parameter, help.createDefaultParamLabelRenderer(), PLAIN));
    }

    /** What an option does, a line a sentence or paragraph. */
    static List<String> description(OptionSpec option, Help help) {
        return description(help.createDefaultOptionRenderer().render(
            option, help.createDefaultParamLabelRenderer(), PLAIN));
    }

    private static List<String> description(Text[][] rows) {
        return Arrays.stream(rows).map(row -> row[DESCRIPTION].toString().strip()).filter(line -> !line.isEmpty())
            .toList();
    }
}
