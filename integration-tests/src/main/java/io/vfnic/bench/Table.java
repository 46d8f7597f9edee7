package io.vfnic.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows for people: a table in Markdown whose columns are aligned, and what must be known to read it. */
final class Table {
    private static final List<String> TITLES = List.of("what", "ours", "baseline", "ratio", "aim", "reached");
    private static final String NOTHING = "-";

    private Table() {
    }

    static void print(PrintWriter out, List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(TITLES);
        rows.forEach(row -> lines.add(cells(row)));
        int[] widths = new int[TITLES.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        lines.add(1, rule(widths));
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append("| ").append(line.get(i)).repeat(' ', widths[i] - line.get(i).length() + 1);
            }
            out.println(text.append('|'));
        }
        out.println();
        rows.stream().filter(row -> !row.note().isEmpty()).forEach(
            row -> out.println("- " + row.what() + ": " + row.note()));
        out.flush();
    }

    private static List<String> rule(int[] widths) {
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("-".repeat(width));
        }
        return rule;
    }

    private static List<String> cells(Row row) {
        Double ratio = row.ratio();
        Boolean reached = row.reached();
        return List.of(row.what(),
            row.ours() == null ? NOTHING : Figure.text(row.ours(), row.unit()),
            row.baseline() == null ? NOTHING : Figure.text(row.baseline(), row.unit()),
            ratio == null ? NOTHING : String.format(Locale.ROOT, "%.2f", ratio),
            row.aim() == null ? NOTHING : row.aim().toString(),
            reached == null ? NOTHING : reached ? "yes" : "no");
    }
}
