package io.vfnic.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Wireshark's command line program makes of a capture file. */
public final class Tshark {
    private Tshark() {
    }

    /**
     * Reads a file, which tshark must find to be in order.
     *
     * @param filter Wireshark's display filter.
     * @return a line for each frame that passes it, with the fields, tabs between them.
     */
    public static List<String> fields(Path file, String filter, String... fields) {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-Y", filter, "-T", "fields"));
        for (String field : fields) {
            command.addAll(List.of("-e", field));
        }
        try {
            Path log = Files.createTempFile(file.toAbsolutePath().getParent(), "tshark", ".log");
            Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
            assertThat(process.waitFor()).as("tshark: %s", Files.readString(log)).isZero();
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Counts pings: by interface, direction (0x00000001 received, 0x00000002 sent), type (8 request, 0 reply) and
     * comment.
     */
    public static Map<String, Integer> pings(Path file) {
        Map<String, Integer> counts = new TreeMap<>();
        fields(file, "icmp", "frame.interface_name", "frame.packet_flags_direction", "icmp.type", "frame.comment")
            .forEach(line -> counts.merge(line, 1, Integer::sum));
        return counts;
    }
}
