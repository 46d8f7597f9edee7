package io.vfnic.server.manual;

import java.util.List;
import java.util.Locale;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Shell scripts that complete a command line when Tab is pressed. */
public final class Completion {
    private Completion() {
    }

    /**
     * The script for bash.
     *
     * @param program all there is on its command line; a model of its own, for it is changed.
     */
    public static String bash(CommandSpec program) {
        nameLabelsByOption(program);
        return AutoComplete.bash(program.name(), program.commandLine());
    }

    /**
     * The same to be sourced by zsh, after {@code bashcompinit}. It runs the functions as sh, where the test before
     * each compopt, which zsh has not, would mean something else.
     *
     * @param program as for {@link #bash}.
     */
    public static String zsh(CommandSpec program) {
        return bash(program).replaceAll("type compopt &>/dev/null && compopt [^\n]*", ":");
    }

    /**
     * The same as a file of zsh's {@code fpath}. zsh reads that as the body of a function when the program's name is
     * completed for the first time, so that it has to complete this once by itself.
     *
     * @param program as for {@link #bash}.
     */
    static String zshFile(CommandSpec program) {
        return "#compdef " + program.name() + "\nautoload -U +X bashcompinit && bashcompinit\n" + zsh(program)
            + "\n_bash_complete -o default -F _complete_" + program.name() + "\n";
    }

    /**
     * The script names the values that an option may have by its label: where two share one, so would they the values.
     */
    private static void nameLabelsByOption(CommandSpec command) {
        for (OptionSpec option : List.copyOf(command.options())) {
            if (option.completionCandidates() != null && !option.inherited()) {
                String label = option.longestName().replaceFirst("^-+", "").toUpperCase(Locale.ROOT);
                command.remove(option);
                command.addOption(option.toBuilder().paramLabel(label).build());
            }
        }
        command.subcommands().values().stream().map(CommandLine::getCommandSpec)
            .forEach(Completion::nameLabelsByOption);
    }
}
