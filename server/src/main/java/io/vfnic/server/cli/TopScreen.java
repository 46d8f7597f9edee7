package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Card;
import io.vfnic.protocol.control.v1.Function;
import io.vfnic.server.posix.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The screen of {@code vfnic top}, in the terminal's alternate buffer (ECMA-48, xterm's private modes). */
final class TopScreen {
    private static final String OPEN = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private static final String CLOSE = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_REST_OF_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";
    private static final int ROWS = 24;
    private static final int COLUMNS = 80;
    private static final int BITS = 8;
    private static final String LINE = "%-9s %-9s %-4s %8s %8s %8s %8s %7s %7s  %s";
    private static final List<String> DROPS = List.of("rx_no_descriptor", "rx_long_length_errors",
        "tx_spoofed_packets", "tx_no_destination", "rx_ring_full", "dma_errors");

    private static final String UPLINK = "uplink";
    private static final String UPLINK_DROP = "_dropped_";

    private final PrintWriter out;
    private final Supplier<Terminal.Size> size;
    private StatsTable previous;
    private boolean open;

    TopScreen(PrintWriter out, Supplier<Terminal.Size> size) {
        this.out = out;
        this.size = size;
    }

    synchronized void open() {
        open = true;
        out.print(OPEN);
        out.flush();
    }

    /** Draws all anew, as the terminal is by now. */
    synchronized void draw(Card card, StatsTable stats) {
        if (!open) {
            return;
        }
        Terminal.Size now = size.get();
        int rows = now.rows() == 0 ? ROWS : now.rows();
        int columns = now.columns() == 0 ? COLUMNS : now.columns();
        List<String> lines = lines(card, stats);
        StringBuilder screen = new StringBuilder(HOME);
        for (int i = 0; i < Math.min(rows, lines.size()); i++) {
            String line = lines.get(i);
            screen.append(i == 0 ? "" : "\r\n").append(i == 1 ? BOLD : "")
                .append(line, 0, Math.min(columns, line.length())).append(PLAIN).append(CLEAR_REST_OF_LINE);
        }
        out.print(screen.append(CLEAR_BELOW));
        out.flush();
        previous = stats;
    }

    synchronized void close() {
        if (open) {
            open = false;
            out.print(CLOSE);
            out.flush();
        }
    }

    private List<String> lines(Card card, StatsTable stats) {
        List<String> lines = new ArrayList<>();
        lines.add("vfnic %s: link %s, %d of %d VFs enabled   (q quits)".formatted(card.getVersion(),
            card.getLink().getUp() ? "up" : "down", card.getEnabledVfs(), card.getVfs()));
        lines.add(LINE.formatted("FUNCTION", "STATE", "LINK", "RX PPS", "RX BIT/S", "TX PPS", "TX BIT/S", "DROPS/S",
            "INT/S", "CLIENT"));
        for (Function function : card.getFunctionsList()) {
            lines.add(line(function.getName(), MessageJson.word(function.getState().getValueDescriptor()),
                function.getLinkUp(), DROPS, function.hasClient() ? CardText.client(function.getClient()) : "", stats));
        }
        Map<String, Long> uplink = stats.entries().get(UPLINK);
        if (uplink != null) {
            lines.add(line(UPLINK, "", card.getLink().getUp(),
                uplink.keySet().stream().filter(name -> name.contains(UPLINK_DROP)).toList(), "", stats));
        }
        return lines;
    }

    private String line(
        String name, String state, boolean linkUp, List<String> drops, String client, StatsTable stats) {
        StatsTable before = previous == null ? stats : previous;
        return LINE.formatted(name, state, linkUp ? "up" : "down",
            Units.rate(stats.rate(before, name, "rx_packets")), Units.rate(stats.rate(before, name, "rx_bytes") * BITS),
            Units.rate(stats.rate(before, name, "tx_packets")), Units.rate(stats.rate(before, name, "tx_bytes") * BITS),
            Units.rate(stats.rate(before, name, drops)), Units.rate(stats.rate(before, name, "interrupts")),
            client).stripTrailing();
    }
}
