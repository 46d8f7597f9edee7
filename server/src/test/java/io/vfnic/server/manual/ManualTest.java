package io.vfnic.server.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.vfnic.server.cli.VfnicCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import static org.assertj.core.api.Assertions.assertThat;

/** What is made from the model of the command line: all that is there, and nothing by hand. */
class ManualTest {
    @TempDir
    private Path directory;
    private CommandSpec vfnic;

    @BeforeEach
    void write() throws IOException {
        vfnic = VfnicCommand.model();
        Manual.write(VfnicCommand::model, directory);
    }

    private String read(Path file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    private static List<CommandSpec> commands(CommandSpec from) {
        List<CommandSpec> all = new ArrayList<>(List.of(from));
        ManualPage.subcommands(from).stream().map(CommandLine::getCommandSpec)
            .forEach(sub -> all.addAll(commands(sub)));
        return all;
    }

    @Test
    void everyCommandHasAPageThatNamesAllItsOptions() throws IOException {
        List<CommandSpec> commands = commands(vfnic);
        assertThat(commands).extracting(CommandSpec::name).contains("vfnic", "serve");
        for (CommandSpec command : commands) {
            String name = command.qualifiedName("-");
            String page = read(Manual.PAGES.resolve(name + ".1"));
            assertThat(page).startsWith(".TH \"" + name.toUpperCase(Locale.ROOT).replace("-", "\\-") + "\" 1 ")
                .contains(".SH \"NAME\"\n" + name.replace("-", "\\-") + " \\- ");
            for (OptionSpec option : command.options()) {
                if (!option.hidden()) {
                    assertThat(page).contains("\\fB" + option.longestName().replace("-", "\\-") + "\\fR");
                }
            }
        }
        try (Stream<Path> pages = Files.list(directory.resolve(Manual.PAGES))) {
            assertThat(pages).hasSameSizeAs(commands);
        }
    }

    @Test
    void aPageSaysWhatTheHelpSays() throws IOException {
        assertThat(read(Manual.PAGES.resolve("vfnic-serve.1")))
            // Variables are filled in, and what would mean something to man(7) is not left as it is
            .contains("\\fB\\-\\-vfs\\fR\\fI=N\\fR\nVirtual Functions, 0 to 7 (default: 2).\n")
            .contains("\\(aq{\"driver\":\"vfio\\-user\\-pci\"")
            .contains(".SH \"EXIT STATUS\"", ".BR vfnic (1)")
            .doesNotContain("${", "@|");
    }

    @Test
    void noTextIsTakenForAMacro() throws IOException {
        String page = new Roff().paragraphs(List.of(".so /etc/passwd", "'br", "a\\b")).toString();
        assertThat(page.lines()).containsExactly("\\&.so /etc/passwd", ".PP", "\\&\\(aqbr", ".PP", "a\\(rsb");
    }

    /** As bash calls it when Tab is pressed behind the last word. */
    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assertThat(complete("vfnic", "se")).contains("serve");
        assertThat(complete("vfnic", "serve", "--vf")).containsExactly("--vfs");
        assertThat(complete("vfnic", "serve", "--idle", "sp")).containsExactly("spin");
    }

    private List<String> complete(String... words) throws Exception {
        String script = """
            compopt() { :; }
            . %s
            COMP_WORDS=(%s) COMP_CWORD=%d
            _complete_vfnic
            printf '%%s\\n' "${COMPREPLY[@]}"
            """.formatted(directory.resolve(Manual.BASH_COMPLETION), String.join(" ", words), words.length - 1);
        Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
        List<String> replies = bash.inputReader().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        assertThat(bash.waitFor()).as(replies.toString()).isZero();
        return replies;
    }

    @Test
    void zshGetsTheSameCompletion() throws IOException {
        assertThat(read(Manual.ZSH_COMPLETION)).startsWith("#compdef vfnic\n")
            .contains("function _picocli_vfnic_serve() {").doesNotContain("&& compopt")
            .endsWith("\n_bash_complete -o default -F _complete_vfnic\n");
    }
}
