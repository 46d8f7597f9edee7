package io.vfnic.testkit.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Device;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.ImagePullPolicy;

/**
 * A running guest: one QEMU process in a container of its own, without a network. Thread-safe.
 *
 * <p>It is made by {@link GuestLab#start}. Its files live in {@link #directory()}: {@code console.log},
 * {@code qemu.log}, and {@code share/}, which the guest sees as {@code /share}.
 */
public final class Guest implements AutoCloseable {
    /** For a command or a boot, on a slow machine without KVM that runs other guests too. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long FIRST_POLL_MILLIS = 10;
    private static final long LONGEST_POLL_MILLIS = 200;
    private static final int TAIL_LINES = 40;

    private final GuestSpec spec;
    private final Path directory;
    private final GenericContainer<?> container;
    private final GuestAgent agent;
    private final QmpMonitor monitor;
    private int plugged;

    private Guest(GuestSpec spec, Path directory, GenericContainer<?> container) {
        this.spec = spec;
        this.directory = directory;
        this.container = container;
        this.agent = new GuestAgent(directory.resolve("agent.sock"));
        this.monitor = new QmpMonitor(directory.resolve("qmp.sock"));
    }

    /** Starts QEMU and returns once the guest has booted. */
    @SuppressWarnings("resource") // the container is the guest's, and closed with it
    static Guest boot(GuestSpec spec, LabImage image, Checkout checkout, Path labDirectory) {
        Path directory = labDirectory.resolve(spec.name());
        GenericContainer<?> container = new GenericContainer<>(image.name());
        ImagePullPolicy never = name -> false;
        container.withImagePullPolicy(never)
            .withNetworkMode("none")
            // At the same path inside as outside: then a socket's path means the same on both sides.
            .withFileSystemBind(labDirectory.toString(), labDirectory.toString(), BindMode.READ_WRITE)
            .withFileSystemBind(checkout.file("qemu-configs/guest-lab").toString(), "/guest-lab", BindMode.READ_ONLY)
            .withCreateContainerCmdModifier(command -> command
                .withEntrypoint("/guest-lab/boot")
                .withCmd(spec.bootArguments(directory, image.accelerator())));
        if (image.accelerator().equals("kvm")) {
            container.withCreateContainerCmdModifier(command -> command.getHostConfig()
                .withDevices(Device.parse("/dev/kvm")));
        }
        Guest guest = new Guest(spec, directory, container);
        try {
            Files.createDirectories(directory);
            try {
                container.start();
            } catch (ContainerLaunchException e) {
                throw guest.failure("QEMU did not start", e);
            }
            guest.awaitBoot("", null);
            return guest;
        } catch (IOException e) {
            container.stop();
            throw guest.failure("no directory for the guest", e);
        } catch (RuntimeException e) {
            container.stop();
            throw e;
        }
    }

    /** What this guest is made of; a killed guest is started again from it. */
    public GuestSpec spec() {
        return spec;
    }

    /** The guest's directory on the host. */
    public Path directory() {
        return directory;
    }

    /** The host's side of the directory that the guest sees as {@code /share}. */
    public Path share() {
        return directory.resolve("share");
    }

    /** Runs a shell command (BusyBox sh, as root) to its end. See {@link #run(String, Duration)}. */
    public CommandResult run(String command) {
        return run(command, PATIENCE);
    }

    /**
     * Runs a shell command (BusyBox sh, as root) to its end, whatever exit code that has.
     *
     * @throws GuestException where it still runs after {@code patience}, or the guest does not answer
     */
    public CommandResult run(String command, Duration patience) {
        return start(command).await(patience);
    }

    /** Runs a shell command that has to succeed, and returns what it printed, without surrounding white space. */
    public String check(String command) {
        return run(command).orFail().stdout().strip();
    }

    /** Starts a shell command and does not wait for it. */
    public RunningCommand start(String command) {
        try {
            return new RunningCommand(this, command, agent.start(command));
        } catch (IOException e) {
            throw failure("cannot run: " + command, e);
        }
    }

    CommandResult await(String command, long pid, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        long pause = FIRST_POLL_MILLIS;
        try {
            Optional<CommandResult> result = agent.poll(command, pid);
            while (result.isEmpty() && System.nanoTime() - deadline < 0) {
                sleep(pause);
                pause = Math.min(LONGEST_POLL_MILLIS, pause * 2);
                result = agent.poll(command, pid);
            }
            return result.orElseThrow(
                () -> failure("not finished after " + patience.toSeconds() + " s: " + command, null));
        } catch (IOException e) {
            throw failure("lost while it ran: " + command, e);
        }
    }

    /**
     * Has QEMU's monitor execute a QMP command.
     *
     * @param json a whole command, as {@code {"execute": "query-status"}}
     * @return its {@code return} value
     * @throws QmpException where QEMU refuses it
     */
    public JsonElement qmp(String json) {
        try {
            return monitor.execute(json);
        } catch (IOException e) {
            throw failure("QEMU's monitor is lost: " + json, e);
        }
    }

    /**
     * Hot-plugs a vfio-user function into the next spare root port.
     *
     * @param socket where the function listens; within the lab's directory
     * @return QEMU's id of the new device
     */
    public synchronized String plug(Path socket) {
        if (plugged == spec.sparePorts()) {
            throw new IllegalStateException("all " + plugged + " spare ports are taken: GuestSpec.withSparePorts");
        }
        String id = "plugged" + plugged;
        qmp("""
            {"execute": "device_add", "arguments": {"driver": "vfio-user-pci", "id": "%s", "bus": "spare%d",
             "socket": {"type": "unix", "path": "%s"}}}""".formatted(id, plugged, socket.toAbsolutePath()));
        plugged++;
        return id;
    }

    /** Reboots from inside, as {@code reboot} does, and returns once the guest is up again. */
    public void reboot() {
        String before = bootId();
        Exception unanswered = null;
        try {
            // The delay lets the agent answer that it has started the command.
            agent.start("(sleep 1; reboot -f) >/dev/null 2>&1 &");
        } catch (IOException e) {
            // The guest may have gone down first all the same.
            unanswered = e;
        }
        awaitBoot(before, unanswered);
    }

    /** Kills QEMU as {@code kill -9} does: nothing is closed in order. Returns when it is dead. */
    public void kill() {
        DockerClient docker = container.getDockerClient();
        try {
            docker.killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
        } catch (ConflictException | NotFoundException e) {
            throw failure("QEMU was dead already", e);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (isRunning()) {
            if (System.nanoTime() - deadline > 0) {
                throw failure("QEMU outlived SIGKILL", null);
            }
            sleep(LONGEST_POLL_MILLIS);
        }
        close();
    }

    /** Whether the QEMU process is there. */
    public boolean isRunning() {
        return container.isRunning();
    }

    /** What the guest has printed on its serial console so far. */
    public String console() {
        return read("console.log");
    }

    /** What QEMU itself has printed so far: warnings, and the loss of a device's connection. */
    public String qemuLog() {
        return read("qemu.log");
    }

    private String bootId() {
        return check("cat /proc/sys/kernel/random/boot_id");
    }

    private void awaitBoot(String bootIdBefore, Exception unanswered) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Exception last = unanswered;
        while (System.nanoTime() - deadline < 0) {
            try {
                if (agent.connect(Duration.ofSeconds(10)) && !bootId().equals(bootIdBefore)) {
                    return;
                }
            } catch (IOException | GuestException e) {
                // It answered, and went down for the reboot before the next answer.
                last = e;
            }
            if (!isRunning()) {
                throw failure("QEMU died while the guest booted", last);
            }
            if (console().contains("Kernel panic")) {
                throw failure("panicked", last);
            }
            sleep(LONGEST_POLL_MILLIS);
        }
        throw failure("not up after " + PATIENCE.toSeconds() + " s", last);
    }

    private GuestException failure(String what, Throwable cause) {
        return new GuestException("guest " + spec.name() + ": " + what
            + "\n--- QEMU ---\n" + tail(qemuLog()) + "\n--- console ---\n" + tail(console()), cause);
    }

    private String read(String file) {
        try {
            return new String(Files.readAllBytes(directory.resolve(file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no " + file + ")";
        }
    }

    private static String tail(String text) {
        String[] lines = text.stripTrailing().split("\r?\n");
        int from = Math.max(0, lines.length - TAIL_LINES);
        return String.join("\n", Arrays.asList(lines).subList(from, lines.length));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a guest", e);
        }
    }

    /** Stops QEMU; harmless where it is dead already. */
    @Override
    public void close() {
        try {
            agent.close();
        } catch (IOException e) {
            throw failure("the guest agent's socket does not close", e);
        } finally {
            container.stop();
        }
    }
}
