package io.vfnic.server.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Writes what a distribution says of the command line into a directory. */
public final class Manual {
    /** Where manual pages go, from the directory on. */
    public static final Path PAGES = Path.of("share/man/man1");
    /** The completion of bash. */
    public static final Path BASH_COMPLETION = Path.of("share/bash-completion/completions/vfnic");
    /** The completion of zsh. */
    public static final Path ZSH_COMPLETION = Path.of("share/zsh/vendor-completions/_vfnic");

    private Manual() {
    }

    /**
     * Writes all of it.
     *
     * @param program   makes a model of the command line, a new one each time.
     * @param directory what it is written into, at the paths that this class names.
     */
    public static void write(Supplier<CommandSpec> program, Path directory) throws IOException {
        writePages(program.get(), Files.createDirectories(directory.resolve(PAGES)));
        write(directory.resolve(BASH_COMPLETION), Completion.bash(program.get()));
        write(directory.resolve(ZSH_COMPLETION), Completion.zshFile(program.get()));
    }

    private static void writePages(CommandSpec command, Path directory) throws IOException {
        ManualPage page = new ManualPage(command);
        write(directory.resolve(page.fileName()), page.text());
        for (CommandLine subcommand : ManualPage.subcommands(command)) {
            writePages(subcommand.getCommandSpec(), directory);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
