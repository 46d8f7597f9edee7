package io.vfnic.server.cli;

import com.google.gson.JsonObject;
import io.vfnic.protocol.control.v1.Capture;
import io.vfnic.protocol.control.v1.CaptureRequest;
import io.vfnic.protocol.control.v1.CapturedFrame;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.server.OwnerFile;
import io.vfnic.server.ServerVersion;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import io.vfnic.server.pcapng.PcapngWriter;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfnic capture}: frames into a file. */
@Command(
    name = "capture",
    usageHelpWidth = 100,
    description = {
        "Writes the frames of functions or of the uplink to a pcapng file, until Ctrl-C or for --count frames.",
        "Each function is an interface there, each frame has its direction, and its comment says what became of it.",
        "What was captured is told on stderr at the end; with --json as an object: frames, lost."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    footer = {"", "Watch live:  vfnic capture vf0 -w - | wireshark -k -i -"})
final class CaptureCommand extends CardCommand {
    private static final String STANDARD_OUTPUT = "-";
    private static final int BUFFER = 1 << 16;

    @Parameters(arity = "1..*", paramLabel = "FUNCTION",
        description = "Such as vf0, pf, or uplink; several are possible.")
    private List<String> functions;

    @Option(names = {"-w", "--write"}, required = true, paramLabel = "FILE",
        description = "The file; - for standard output.")
    private String file;

    @Option(names = {"-s", "--snaplen"}, paramLabel = "BYTES", defaultValue = "0",
        description = "Bytes of a frame that are kept; 0 for all (default: ${DEFAULT-VALUE}).")
    private int snaplen;

    @Option(names = {"-c", "--count"}, paramLabel = "FRAMES", defaultValue = "0",
        description = "End after so many frames; 0 for never (default: ${DEFAULT-VALUE}).")
    private long count;

    /** Frames written. */
    private long frames;
    private long lost;
    /** Nobody reads standard output any more. */
    private boolean unread;
    private PcapngWriter writer;

    @Override
    void check() {
        requireNotNegative("--snaplen", snaplen);
        requireNotNegative("--count", count);
        if (isStandardOutput() && System.console() != null && System.console().isTerminal()) {
            throw usage("--write: a terminal does not show frames; pipe them into wireshark -k -i - or tshark -r -");
        }
    }

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        List<String> interfaces = functions.stream().distinct().toList();
        LiveStream.run(client, () -> capture(client, interfaces));
    }

    private void requireNotNegative(String option, long value) {
        if (value < 0) {
            throw usage(option + ": must be a whole number not below 0, not " + value);
        }
    }

    private void capture(ControlClient client, List<String> interfaces) throws IOException, CardRefusedException {
        try {
            client.stream(Request.newBuilder().setCapture(
                CaptureRequest.newBuilder().addAllFunctions(interfaces).setSnaplen(snaplen)),
                response -> write(response.getCapture(), interfaces));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        } finally {
            close();
        }
        tellEnd();
    }

    private void tellEnd() {
        if (isJson()) {
            JsonObject summary = new JsonObject();
            summary.addProperty("frames", frames);
            summary.addProperty("lost", lost);
            tellJson(summary);
        } else {
            tell(frames + (frames == 1 ? " frame" : " frames") + " captured" +
                (lost == 0 ? "" : ", " + lost + " lost"));
        }
    }

    private boolean write(Capture capture, List<String> interfaces) {
        try {
            if (writer == null) {
                // Only now: a card that refuses must not cost a file that was there.
                writer = new PcapngWriter(open(), "vfnic " + ServerVersion.get(), interfaces, snaplen);
                tell("capturing " + String.join(", ", interfaces) + "; Ctrl-C ends it");
            }
            for (CapturedFrame frame : capture.getFramesList()) {
                if (count == 0 || frames < count) {
                    writer.frame(interfaces.indexOf(frame.getFunction()), frame.getTimeNs(), frame.getReceived(),
                        frame.getLength(), frame.getData().toByteArray(), frame.getVerdict());
                    frames++;
                }
            }
            writer.lost(capture.getLost());
            lost += capture.getLost();
            writer.flush();
            return count == 0 || frames < count;
        } catch (IOException failed) {
            return stopUnlessUnread(failed);
        }
    }

    private void close() throws IOException {
        if (writer != null && !unread) {
            try {
                writer.close();
            } catch (IOException failed) {
                if (!isStandardOutput()) {
                    throw failed;
                }
            }
        }
    }

    /** Whoever reads standard output may have had enough. */
    private boolean stopUnlessUnread(IOException failed) {
        if (!isStandardOutput()) {
            throw new UncheckedIOException(failed);
        }
        unread = true;
        return false;
    }

    private boolean isStandardOutput() {
        return file.equals(STANDARD_OUTPUT);
    }

    private OutputStream open() throws IOException {
        return new BufferedOutputStream(
            isStandardOutput() ? new FileOutputStream(FileDescriptor.out) : OwnerFile.write(Path.of(file)), BUFFER);
    }
}
