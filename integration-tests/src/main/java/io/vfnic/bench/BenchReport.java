package io.vfnic.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.google.gson.GsonBuilder;

/** The rows for programs, with the machine and the conditions. */
final class BenchReport {
    private final Map<String, Object> facts = Machine.facts();
    private final Scale scale;
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final double loadBefore = Machine.load();
    private final List<Row> rows = new ArrayList<>();

    BenchReport(Scale scale) throws IOException {
        this.scale = scale;
    }

    void add(List<Row> measured) {
        rows.addAll(measured);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Machine and conditions, in a line. */
    String conditions() {
        return "%s; %s; load average before: %.1f; %d rounds of %d ms%s".formatted(Machine.text(facts), start,
            loadBefore, scale.rounds(), scale.roundMillis(), 
            scale.isSmoke() ? "; a smoke run, whose figures say nothing" : "");
    }

    String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("machine", facts);
        document.put("start", start.toString());
        document.put("load_average_before", loadBefore);
        document.put("load_average_after", Machine.load());
        document.put("rounds", scale.rounds());
        document.put("round_milliseconds", scale.roundMillis());
        document.put("smoke", scale.isSmoke());
        document.put("rows", rows.stream().map(BenchReport::json).toList());
        return new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create().toJson(document);
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("what", row.what());
        fields.put("unit", row.unit());
        fields.put("ours", row.ours());
        fields.put("baseline", row.baseline());
        fields.put("ratio", row.ratio());
        fields.put("aim", row.aim() == null ? null : row.aim().toString());
        fields.put("reached", row.reached());
        fields.put("note", row.note());
        return fields;
    }
}
