package io.vfnic.server.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a scrape and holds it against the rules of Prometheus' text format 0.0.4 ("Exposition formats") and those of
 * {@code promtool check metrics} for names ("Metric and label naming").
 */
final class Exposition {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
        Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "untyped");
    private static final Pattern NOT_A_BASE_UNIT = Pattern.compile(
        ".*_(milliseconds|microseconds|nanoseconds|minutes|hours|days|kilobytes|megabytes|bits|kb|mb|ms|us|ns|" +
            "percent)(_.*)?");

    private final Map<String, String> helps = new HashMap<>();
    private final Map<String, String> types = new HashMap<>();
    private final Set<String> series = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> names = new TreeSet<>();
    private final List<String> complaints = new ArrayList<>();
    private String family = "";

    private Exposition() {
    }

    static Exposition of(String text) {
        Exposition exposition = new Exposition();
        if (!text.endsWith("\n")) {
            exposition.complaints.add("the last line has no end");
        }
        text.lines().forEach(exposition::line);
        exposition.lint();
        return exposition;
    }

    /** What is wrong with the text; nothing where all is well. */
    List<String> complaints() {
        return complaints;
    }

    /** Names of all samples. */
    Set<String> names() {
        return names;
    }

    /** All series, as {@code name{label="value",...}}. */
    Set<String> series() {
        return series;
    }

    private void line(String line) {
        if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
            String[] words = line.split(" ", 4);
            if (words.length < 4 || !NAME.matcher(words[2]).matches()) {
                complaints.add("malformed: " + line);
                return;
            }
            enter(words[2]);
            if ((words[1].equals("HELP") ? helps : types).put(words[2], words[3]) != null) {
                complaints.add("said twice: " + line);
            }
            if (words[1].equals("TYPE") && !TYPES.contains(words[3])) {
                complaints.add("no type: " + line);
            }
        } else if (!line.startsWith("#") && !line.isEmpty()) {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            complaints.add("malformed: " + line);
            return;
        }
        String owner = familyOf(sample.group(1));
        if (!owner.equals(family)) {
            enter(owner);
        }
        if (!types.containsKey(owner)) {
            complaints.add("no TYPE before: " + line);
        }
        names.add(sample.group(1));
        String labels = sample.group(2) == null ? "" : sample.group(2);
        if (!series.add(sample.group(1) + "{" + labels + "}")) {
            complaints.add("twice: " + line);
        }
        Matcher label = LABEL.matcher(labels);
        Set<String> seen = new HashSet<>();
        int end = 0;
        while (end < labels.length() && label.find(end) && label.start() == end) {
            end = label.end();
            if (!seen.add(label.group(1)) || !label.group(1).equals(label.group(1).toLowerCase(Locale.ROOT))) {
                complaints.add("label " + label.group(1) + " in: " + line);
            }
        }
        if (end != labels.length()) {
            complaints.add("malformed labels: " + line);
        }
        try {
            double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
            if (types.getOrDefault(owner, "").equals("counter") && !(value >= 0)) {
                complaints.add("a counter below 0: " + line);
            }
        } catch (NumberFormatException e) {
            complaints.add("no number: " + line);
        }
    }

    private void enter(String next) {
        if (!next.equals(family)) {
            finished.add(family);
            family = next;
            if (finished.contains(next)) {
                complaints.add("not in one piece: " + next);
            }
        }
    }

    private String familyOf(String sample) {
        for (String suffix : List.of("_sum", "_count", "_bucket")) {
            String stem = sample.endsWith(suffix) ? sample.substring(0, sample.length() - suffix.length()) : "";
            if (Set.of("summary", "histogram").contains(types.getOrDefault(stem, ""))) {
                return stem;
            }
        }
        return sample;
    }

    private void lint() {
        types.forEach((name, type) -> {
            if (helps.getOrDefault(name, "").isBlank()) {
                complaints.add("no help: " + name);
            }
            if (type.equals("counter") != name.endsWith("_total")) {
                complaints.add("_total is for counters: " + name + ", a " + type);
            }
            if (type.equals("gauge") && name.matches(".*_(count|sum|bucket)")) {
                complaints.add("suffix of histograms and summaries: " + name);
            }
            if (!name.equals(name.toLowerCase(Locale.ROOT)) || name.contains("__") || name.contains(":")) {
                complaints.add("not lower case with single underscores: " + name);
            }
            if (NOT_A_BASE_UNIT.matcher(name).matches()) {
                complaints.add("not in base units: " + name);
            }
            if (name.matches(".*_(counter|gauge|histogram|summary)(_.*)?")) {
                complaints.add("names its type: " + name);
            }
        });
    }
}
