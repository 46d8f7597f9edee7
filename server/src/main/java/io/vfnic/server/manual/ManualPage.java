package io.vfnic.server.manual;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of one command, in section 1. */
final class ManualPage {
    private static final int SYNOPSIS_WIDTH = 72;
    private static final String SECTION = "1";

    private final CommandSpec command;
    private final Help help;

    ManualPage(CommandSpec command) {
        this.command = command;
        command.usageMessage().width(SYNOPSIS_WIDTH);
        help = PlainText.help(command);
    }

    /** Those of a command that have pages: what is hidden has none, nor has picocli's own {@code help}. */
    static List<CommandLine> subcommands(CommandSpec command) {
        return new LinkedHashSet<>(command.subcommands().values()).stream()
            .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
            .filter(sub -> !(sub.getCommandSpec().userObject() instanceof CommandLine.HelpCommand))
            .toList();
    }

    String fileName() {
        return name(command) + "." + SECTION;
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** The page's source. */
    String text() {
        Roff roff = new Roff();
        roff.title(name(command).toUpperCase(Locale.ROOT), SECTION, String.join(" ", command.root().version()));
        roff.section("NAME").name(name(command), summary(command));
        roff.section("SYNOPSIS").verbatim(help.synopsis(0).stripTrailing().lines().toList());
        roff.section("DESCRIPTION").paragraphs(PlainText.lines(command.usageMessage().description()));
        writeParameters(roff);
        writeOptions(roff);
        writeSubcommands(roff);
        writeExitStatus(roff);
        List<String> footer = PlainText.lines(command.usageMessage().footer());
        if (!footer.isEmpty()) {
            roff.section("NOTES").verbatim(footer);
        }
        roff.section("SEE ALSO").pages(neighbours(), SECTION);
        return roff.toString();
    }

    /** The description's first clause. */
    private static String summary(CommandSpec command) {
        return PlainText.lines(command.usageMessage().description()).stream().findFirst().orElse("")
            .replaceFirst("(: .*|\\.)$", "");
    }

    private void writeParameters(Roff roff) {
        List<PositionalParamSpec> visible = command.positionalParameters().stream().filter(p -> !p.hidden()).toList();
        if (visible.isEmpty()) {
            return;
        }
        roff.section("ARGUMENTS");
        for (PositionalParamSpec parameter : visible) {
            roff.entry(List.of(), parameter.paramLabel(), PlainText.description(parameter, help));
        }
    }

    private void writeOptions(Roff roff) {
        List<OptionSpec> visible = command.options().stream().filter(option -> !option.hidden()).toList();
        if (visible.isEmpty()) {
            return;
        }
        roff.section("OPTIONS");
        for (OptionSpec option : visible) {
            roff.entry(List.of(option.names()),
                help.createDefaultParamLabelRenderer().renderParameterLabel(
                    option, Help.Ansi.OFF, List.of()).toString(),
                PlainText.description(option, help));
        }
    }

    private void writeSubcommands(Roff roff) {
        List<CommandLine> subcommands = subcommands(command);
        if (subcommands.isEmpty()) {
            return;
        }
        roff.section("COMMANDS");
        for (CommandLine subcommand : subcommands) {
            CommandSpec spec = subcommand.getCommandSpec();
            roff.command(name(spec), SECTION, summary(spec));
        }
    }

    /** A command's own codes, or else those of the program. */
    private void writeExitStatus(Roff roff) {
        Map<String, String> codes = command.usageMessage().exitCodeList();
        if (codes.isEmpty()) {
            codes = command.root().usageMessage().exitCodeList();
        }
        if (!codes.isEmpty()) {
            roff.section("EXIT STATUS");
            codes.forEach((code, meaning) -> roff.entry(List.of(code.strip()), "", List.of(meaning)));
        }
    }

    private Set<String> neighbours() {
        CommandSpec parent = command.parent();
        Stream<CommandLine> near = parent == null ? subcommands(command).stream()
            : Stream.concat(Stream.of(parent.commandLine()), Stream.concat(
                subcommands(command).stream(), subcommands(parent).stream()));
        Set<String> names = near.map(line -> name(line.getCommandSpec()))
            .collect(Collectors.toCollection(LinkedHashSet::new));
        names.remove(name(command));
        return names;
    }
}
