package io.vfnic.server.cli;

import java.util.concurrent.Callable;

import io.vfnic.server.manual.Completion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vfnic completion}: what a shell needs to complete the command line. */
@Command(
    name = "completion",
    usageHelpWidth = 100,
    description = {"Prints a script that has a shell complete vfnic's commands and options.",
        "bash: vfnic completion bash > /usr/share/bash-completion/completions/vfnic, or source <(vfnic completion " +
        "bash)",
        "zsh: source <(vfnic completion zsh), in ~/.zshrc"},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class CompletionCommand implements Callable<Integer> {
    private static final String FOR_ZSH = """
        # bash's completion, which zsh can run.
        autoload -U +X compinit && compinit
        autoload -U +X bashcompinit && bashcompinit
        """;

    /** As the command line spells it. */
    enum Shell {
        bash, zsh
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(shell == Shell.zsh
            ? FOR_ZSH + Completion.zsh(VfnicCommand.model()) : Completion.bash(VfnicCommand.model()));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
