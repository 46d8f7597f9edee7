package io.vfnic.server.cli;

import java.util.List;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfnic help}: the same as {@code --help} behind a command. */
@Command(
    name = "help",
    usageHelpWidth = 100,
    description = "Shows the help of a command, as \"vfnic COMMAND --help\" does; without one, all commands.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class HelpCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "Such as serve, or set vf.")
    private List<String> words = List.of();

    @Override
    public void run() {
        CommandLine command = spec.root().commandLine();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw new ParameterException(command, "there is no command '" + word + "' of " +
                    command.getCommandSpec().qualifiedName());
            }
            command = next;
        }
        command.usage(spec.commandLine().getOut());
    }
}
