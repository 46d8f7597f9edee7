package io.vfnic.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DPDK's testpmd on this machine, without hugepages and without PCI, which does as its command line is told. */
final class Testpmd implements AutoCloseable {
    private static final String PROMPT = "testpmd> ";
    private static final Pattern RECEIVED = Pattern.compile("RX-packets: +(\\d+)");
    private static final int MEMORY_MIB = 256;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Process process;
    private final InputStream output;
    private final Writer input;
    private final StringBuilder said = new StringBuilder();

    private Testpmd(Process process) {
        this.process = process;
        output = process.getInputStream();
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts it with two ports, and returns when it takes commands.
     *
     * @param program its executable.
     * @param cpu     where all of its threads run: one forwards, the others wait for commands.
     * @param first   the device of port 0, and {@code second} that of port 1, as DPDK's {@code --vdev} has them.
     */
    static Testpmd start(Path program, int cpu, String first, String second)
        throws IOException, InterruptedException, TimeoutException {
        List<String> command = new ArrayList<>(List.of("stdbuf", "-o0", program.toString(),
            "--lcores", "(0-1)@" + cpu, "--no-huge", "-m", Integer.toString(MEMORY_MIB), "--no-pci", "--no-telemetry",
            "--no-shconf", "--log-level", "error", "--vdev", first, "--vdev", second, "--", "-i",
            "--total-num-mbufs=16384", "--forward-mode=io"));
        Testpmd started = new Testpmd(new ProcessBuilder(command).redirectErrorStream(true).start());
        try {
            started.awaitPrompt();
            return started;
        } catch (IOException | InterruptedException | TimeoutException e) {
            started.close();
            throw e;
        }
    }

    /** Has it execute a command; returns what it printed. */
    String command(String text) throws IOException, InterruptedException, TimeoutException {
        said.setLength(0);
        input.write(text + "\n");
        input.flush();
        return awaitPrompt();
    }

    /** Packets that its ports have received since its start. */
    long received() throws IOException, InterruptedException, TimeoutException {
        Matcher matcher = RECEIVED.matcher(command("show port stats all"));
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    /** Processor time that it has had since its start. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private String awaitPrompt() throws IOException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (said.indexOf(PROMPT) < 0) {
            if (output.available() > 0) {
                said.append(new String(output.readNBytes(output.available()), StandardCharsets.UTF_8));
            } else if (!process.isAlive()) {
                throw new IOException("testpmd has ended: " + said);
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException("testpmd does not answer: " + said);
            } else {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        return said.toString();
    }

    /** Ends it in order, or if it does not by force. */
    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
