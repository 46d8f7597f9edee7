package io.vfnic.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.slf4j.event.Level;

import io.vfnic.device.CardConfig;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.server.CardServer;
import io.vfnic.server.Doorbell;
import io.vfnic.server.ServerOptions;
import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.MistakenFileException;
import io.vfnic.server.jfr.FlightRecording;
import io.vfnic.server.log.LogFormat;
import io.vfnic.server.log.LogSettings;
import io.vfnic.server.posix.CpuList;
import io.vfnic.server.posix.CurrentThread;
import io.vfnic.server.posix.ServiceManager;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.server.uplink.UplinkSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfnic serve}: a card, until a signal ends it. */
@Command(
    name = "serve",
    usageHelpWidth = 100,
    description = "Serves a card: each Virtual Function on a Unix socket, until SIGTERM or SIGINT.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    footer = {"", "Attach a function to a QEMU guest whose memory is shared (memory-backend-memfd,share=on) with",
        "  -device pcie-root-port,id=rp1,chassis=1,slot=1",
        "  -device '{\"driver\":\"vfio-user-pci\",\"bus\":\"rp1\"," +
            "\"socket\":{\"type\":\"unix\",\"path\":\"DIR/vf0.sock\"}}'"})
final class ServeCommand implements Callable<Integer> {
    private static final int DEFAULT_VFS = 2;
    private static final int LONGEST_NAME = "/vf0-host.sock".length();

    /** Who drives the Physical Function, as the command line spells it. */
    enum PfDriver {
        /** The card. */
        headless,
        /** A driver in a guest. */
        guest
    }

    /** {@link Level}, as the command line spells it: its own names are in capitals. */
    enum LogLevel {
        error(Level.ERROR), warn(Level.WARN), info(Level.INFO), debug(Level.DEBUG), trace(Level.TRACE);

        private final Level value;

        LogLevel(Level value) {
            this.value = value;
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(names = ServeArguments.CONFIG, paramLabel = "FILE",
        description = "Take what is not said here from this file: the options by their long names, and the VFs' " +
            "policies. \"vfnic check FILE\" tests it.")
    private Path configPath;

    @Option(names = "--dir", paramLabel = "DIR", defaultValue = CardOptions.DEFAULT_DIRECTORY,
        description = "Directory for the sockets vf0.sock, vf1.sock... and control.sock; made where it does not " +
            "exist (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--vfs", paramLabel = "N", defaultValue = "" + DEFAULT_VFS, converter = IntRange.Vfs.class,
        description = "Virtual Functions, 0 to 7 (default: ${DEFAULT-VALUE}).")
    private int vfs;

    @Option(names = "--pf", paramLabel = "WHO", defaultValue = "headless",
        description = {"Who drives the Physical Function and runs the VFs: ${COMPLETION-CANDIDATES} (default: " +
            "${DEFAULT-VALUE}).", "headless: the card itself. guest: a guest's igb on the socket pf.sock; a VF stays " +
            "in reset until that guest enables SR-IOV, for which it needs vf0-host.sock, vf1-host.sock... at the " +
            "VFs' PCI addresses."})
    private PfDriver pf;

    @Option(names = "--pf-interrupts", paramLabel = "KIND", defaultValue = "msix",
        converter = EnumWord.Interrupts.class,
        description = {"The best kind of interrupt that a guest's driver of the PF finds: ${COMPLETION-CANDIDATES} " +
            "(default: ${DEFAULT-VALUE}).", "To try what a driver does without MSI-X. igb offers no VFs then."})
    private PfInterrupts pfInterrupts;

    @Option(names = "--sriov-capability", paramLabel = "HOW", defaultValue = "qemu",
        converter = EnumWord.Disguise.class,
        description = {"How functions show their SR-IOV and ARI capabilities: ${COMPLETION-CANDIDATES} (default: " +
            "${DEFAULT-VALUE}).", "qemu: so that they get past QEMU, which hides such capabilities from its guests. " +
            "plain: as they are, for clients that hide nothing."})
    private SriovDisguise sriovCapability;

    @Option(names = "--agents", paramLabel = "N", defaultValue = "1", converter = IntRange.Agents.class,
        description = "Engine threads that move the frames, 1 to 8 (default: ${DEFAULT-VALUE}).")
    private int agents;

    @Option(names = "--idle", paramLabel = "HOW", defaultValue = "backoff", converter = EnumWord.Idle.class,
        description = {"What they do while there is nothing to do: ${COMPLETION-CANDIDATES} (default: " +
            "${DEFAULT-VALUE}).", "backoff: sleep until they are rung, 10 ms at most. yield: look for work all the " +
            "time, but let others go first. spin: look for work all the time, a CPU each."})
    private IdleMode idle;

    @Option(names = "--cpus", paramLabel = "LIST", defaultValue = "", converter = Cpus.Converter.class,
        description = "CPUs that they are bound to in turn, such as 2,3 or 2-3 (default: any).")
    private Cpus cpus;

    @Option(names = "--busy-poll", paramLabel = "N", arity = "0..1", defaultValue = "0", fallbackValue = "1",
        converter = IntRange.Threads.class, description =
            "Threads that look for register accesses all the time, a CPU each; 0 sleeps until one comes " +
            "(default: ${DEFAULT-VALUE}; 1 where N is left out).")
    private int pollingLoops;

    @Option(names = "--doorbell", paramLabel = "HOW", defaultValue = "auto", converter = EnumWord.Doorbells.class,
        description = {"How a driver's writes to a VF's queue registers reach the card: ${COMPLETION-CANDIDATES} " +
            "(default: ${DEFAULT-VALUE}).", "trap: each as a message. mmap: as memory that the guest writes without " +
            "an exit; an agent without other work looks at it every 0.02 ms to 10 ms, the longer nothing was there " +
            "the more rarely. auto: trap, which under QEMU makes other writes cheaper (see the README)."})
    private Doorbell doorbell;

    @Option(names = "--doorbell-pause", paramLabel = "USECS", defaultValue = "" + ServerOptions.DEFAULT_DOORBELL_PAUSE,
        converter = IntRange.DoorbellPause.class,
        description = {"Microseconds, 0 to " + ServerOptions.MAX_DOORBELL_PAUSE + ", for which the doorbells of a " +
            "driver that rings for every packet may gather, to be taken together (default: ${DEFAULT-VALUE}).",
            "Only while thousands a second come as messages and none waits for an answer; 0 takes each at once, as " +
            "--busy-poll does."})
    private int doorbellPause;

    @Option(names = "--uplink", paramLabel = "SPEC", defaultValue = "none", converter = UplinkConverter.class,
        description = {"What the card's port is connected to (default: ${DEFAULT-VALUE}).", "none: nothing; the " +
            "functions reach each other.", "tap:NAME: a tap interface of this host, made where there is none.",
            "packet:IFACE: an interface of this host, a veth for example.",
            "stream:PATH[,server]: the Unix socket of a passt, of a QEMU guest's " +
            "-netdev stream or of another card; with server, this card listens there.", "dgram:LOCAL,REMOTE: the " +
            "same by datagrams between two Unix sockets (-netdev dgram)."})
    private UplinkSpec uplink;

    @Option(names = "--metrics", paramLabel = "ADDR:PORT", arity = "0..1", defaultValue = "",
        fallbackValue = "127.0.0.1:9560", converter = MetricsAddress.Converter.class,
        description = {"Serve metrics for Prometheus at http://ADDR:PORT/metrics, by anyone who reaches that address " +
            "(default: nowhere; ${FALLBACK-VALUE} where ADDR:PORT is left out)."})
    private MetricsAddress metrics;

    @Option(names = "--jfr", paramLabel = "FILE", defaultValue = "",
        description = "Record with the JDK's Flight Recorder, the card's events included, and write FILE at the end " +
            "(default: do not).")
    private String flightFile;

    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = "warn",
        description = "What is logged, on stderr: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). --verbose is " +
            "debug.")
    private LogLevel logLevel;

    @Option(names = ServeArguments.LOG_FORMAT, paramLabel = "FORM", defaultValue = "text",
        converter = EnumWord.Format.class,
        description = "Form of the log: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). json: an object each " +
            "line, also for why a card does not start.")
    private LogFormat logForm;

    /** The file of {@link #configPath}; null where none is named. */
    private ConfigFile configFile;

    /** Takes what is not said on the command line from a file. */
    void configure(ConfigFile file) {
        configFile = file;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, MistakenFileException {
        // Before anything makes a logger. What --verbose has set is not to become less by a level from a file.
        Level verbosity = LogSettings.current().level();
        new LogSettings(verbosity.toInt() < logLevel.value.toInt() ? verbosity : logLevel.value, logForm).apply();
        check();
        ServiceManager manager = serviceManager();
        try (Termination termination = Termination.install()) {
            FlightRecording recording = flightFile.isEmpty() ? null : FlightRecording.to(Path.of(flightFile));
            try {
                serve(termination, manager);
            } finally {
                if (recording != null) {
                    recording.close();
                }
            }
        }
        return 0;
    }

    /** Before anything is opened: what "vfnic check" tells of the file, with what the command line says above it. */
    private void check() throws IOException, MistakenFileException {
        if (configFile != null) {
            MistakenFileException.throwIfAny(configFile.name(), ServeChecks.mistakes(configFile, this));
        }
        problems().forEach((option, problem) -> {
            throw new ParameterException(spec.commandLine(), "--" + option + ": " + problem);
        });
    }

    private void serve(Termination termination, ServiceManager manager) throws IOException, InterruptedException {
        try (CardServer server = CardServer.start(config(), options(), directory)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(server.sockets().stream().map(socket -> " " + socket)
                .collect(Collectors.joining("", "vfnic ready", "")));
            out.flush();
            manager.ready(server.sockets().size() + " functions in " + directory);
            termination.await();
            manager.stopping();
        }
    }

    private ServiceManager serviceManager() {
        try {
            return ServiceManager.at(System.getenv(ServiceManager.VARIABLE));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "environment: " + e.getMessage());
        }
    }

    /** What is wrong with values that are good by themselves, by the option's name without its dashes; for users. */
    Map<String, String> problems() throws IOException {
        Map<String, String> problems = new LinkedHashMap<>();
        if (directory.toString().isEmpty()) {
            problems.put("dir", "the directory is missing; choose one, such as " + CardOptions.DEFAULT_DIRECTORY);
        }
        if (directory.toString().getBytes(StandardCharsets.UTF_8).length + LONGEST_NAME >
            UnixSockets.MAX_PATH_LENGTH) {
            problems.put("dir", "the path of a Unix socket has at most " + UnixSockets.MAX_PATH_LENGTH +
                " bytes; choose a shorter one than " + directory);
        }
        BitSet allowed = CurrentThread.cpus();
        cpus.list().stream().filter(cpu -> !allowed.get(cpu)).findFirst().ifPresent(cpu -> problems.put("cpus",
            "there is no CPU " + cpu + ", or not for this process, which may use " + CpuList.format(allowed)));
        if (cpus.list().size() > agents) {
            problems.putIfAbsent("cpus", cpus.list().size() + " CPUs for " + agents +
                " agents; --agents says how many there are");
        }
        return problems;
    }

    /** Whether a driver in a guest runs the VFs. */
    boolean isGuestDriven() {
        return pf == PfDriver.guest;
    }

    /** How many VFs the card is to have. */
    int vfs() {
        return vfs;
    }

    /** Whether the command line itself has an option, by its name without its dashes. */
    boolean isSaid(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption("--" + option);
    }

    private CardConfig config() {
        // The same directory gives the same MAC addresses again, another one others.
        long addressSeed = directory.toAbsolutePath().normalize().toString().hashCode();
        return new CardConfig(vfs, agents, idle, CardConfig.DEFAULT_MAX_PAUSE_NANOS, pf == PfDriver.guest,
            pfInterrupts, sriovCapability, addressSeed);
    }

    private ServerOptions options() {
        return new ServerOptions(doorbell, pollingLoops, doorbellPause, cpus.list(), uplink, metrics.address(),
            configFile == null ? Map.of() : VfKeys.settings(configFile.vfs()));
    }
}
