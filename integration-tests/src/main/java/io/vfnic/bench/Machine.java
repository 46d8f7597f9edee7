package io.vfnic.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Where the figures come from. */
final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {
    }

    /** What does not change while benchmarks run. */
    static Map<String, Object> facts() throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        String model;
        try (var lines = Files.lines(PROCESSORS)) {
            model = lines.filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
        }
        facts.put("processor", model);
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("kvm", Files.isWritable(Path.of("/dev/kvm")));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        return facts;
    }

    /** Processes that ran or wanted to, on average over the last minute. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    static String text(Map<String, Object> facts) {
        return String.format(Locale.ROOT, "%s, %s cores, %s, %s", facts.get("processor"), facts.get("cores"),
            facts.get("kernel"), facts.get("java"));
    }
}
