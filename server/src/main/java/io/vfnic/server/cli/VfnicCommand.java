package io.vfnic.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import org.slf4j.event.Level;

import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.MistakenFileException;
import io.vfnic.server.control.client.UnreachableException;
import io.vfnic.server.log.LogFormat;
import io.vfnic.server.log.LogSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vfnic}: what all its subcommands have in common. */
@Command(
    name = "vfnic",
    description = "A user-space SR-IOV network card (Intel 82576) for stock QEMU guests, served over vfio-user.",
    versionProvider = ProgramVersion.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList =
        {" 0:done, or ended by SIGTERM or SIGINT", " 1:failure, or the card refused; the reason is on stderr",
        " 2:arguments that make no sense", " 3:no card can be reached"})
public final class VfnicCommand implements Callable<Integer> {
    /** No card can be reached. */
    static final int EXIT_UNREACHABLE = 3;

    private static final String JSON = "--json";

    /** In the order in which help names them. */
    private static final Map<String, Class<?>> SUBCOMMANDS = subcommands(ServeCommand.class, ShowCommand.class,
        SetCommand.class, LinkCommand.class, StatsCommand.class, TopCommand.class, FdbCommand.class,
        EventsCommand.class, TraceCommand.class, CaptureCommand.class, DumpCommand.class, ResetCommand.class,
        CheckCommand.class, CompletionCommand.class, HelpCommand.class);

    @Spec
    private CommandSpec spec;

    @Option(names = {"-v", "--verbose"}, scope = CommandLine.ScopeType.INHERIT,
        description = "Log what happens, on stderr; without it only what went wrong.")
    private boolean verbose;

    /** What there is on the command line: what manual pages and completion are made from. */
    public static CommandSpec model() {
        return program(new VfnicCommand()).getCommandSpec();
    }

    /** Runs a command line and returns the exit code. */
    public static int execute(String... arguments) {
        VfnicCommand command = new VfnicCommand();
        return execute(command, program(command, arguments), arguments);
    }

    /** Runs a command line that prints to these instead of standard output and standard error. */
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        VfnicCommand command = new VfnicCommand();
        return execute(command, program(command, arguments).setOut(out).setErr(err), arguments);
    }

    private static Map<String, Class<?>> subcommands(Class<?>... types) {
        Map<String, Class<?>> byName = new LinkedHashMap<>();
        for (Class<?> type : types) {
            byName.put(type.getAnnotation(Command.class).name(), type);
        }
        return byName;
    }

    /**
     * The command with the subcommand that the arguments begin with; with all of them for help, or where they begin
     * otherwise. To look at the options of all takes a good part of a card's start.
     */
    private static CommandLine program(VfnicCommand command, String... arguments) {
        CommandLine program = new CommandLine(command);
        Class<?> only = arguments.length == 0 ? null : SUBCOMMANDS.get(arguments[0]);
        if (only == null || only == HelpCommand.class) {
            SUBCOMMANDS.forEach(program::addSubcommand);
        } else {
            program.addSubcommand(arguments[0], only);
        }
        return program;
    }

    private static int execute(VfnicCommand command, CommandLine program, String... arguments) {
        String config = ServeArguments.value(ServeArguments.CONFIG, arguments);
        String logFormat = ServeArguments.value(ServeArguments.LOG_FORMAT, arguments);
        try {
            ConfigFile file = config == null ? null : ServeKeys.read(Path.of(config));
            if (file != null) {
                logFormat = ServeKeys.logFormat(file, logFormat);
                configure(program, file);
            }
        } catch (IOException | MistakenFileException e) {
            new FailureReport(program.getErr(), logFormat).tell(e, false);
            return CommandLine.ExitCode.SOFTWARE;
        }
        return execute(command, program, new FailureReport(program.getErr(), logFormat), arguments);
    }

    private static int execute(VfnicCommand command, CommandLine program, FailureReport report, String... arguments) {
        return program.setExecutionStrategy(parsed -> {
                if (command.verbose) {
                    new LogSettings(Level.DEBUG, LogFormat.TEXT).apply();
                }
                return new CommandLine.RunLast().execute(parsed);
            })
            .setParameterExceptionHandler((failure, line) -> {
                report.tell(ArgumentText.of(failure));
                return CommandLine.ExitCode.USAGE;
            })
            .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                if (commandLine.getParseResult().matchedOptionValue(JSON, Boolean.FALSE)) {
                    report.tellAsJson(failure, command.verbose);
                } else {
                    report.tell(failure, command.verbose);
                }
                return failure instanceof UnreachableException ? EXIT_UNREACHABLE : CommandLine.ExitCode.SOFTWARE;
            })
            .execute(arguments);
    }

    /** Has a config file give options their defaults. */
    private static void configure(CommandLine program, ConfigFile file) throws MistakenFileException {
        MistakenFileException.throwIfAny(file.name(), file.mistakes());
        CommandLine serve = program.getSubcommands().get("serve").setDefaultValueProvider(new ConfigDefaults(file));
        serve.<ServeCommand>getCommand().configure(file);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
