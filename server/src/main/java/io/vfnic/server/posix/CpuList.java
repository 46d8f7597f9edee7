package io.vfnic.server.posix;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists of CPUs as Linux writes them, such as {@code 2,4-6} (cpuset(7), "List format"). */
public final class CpuList {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

    private CpuList() {
    }

    /**
     * The CPUs of a list, in its order.
     *
     * @throws IllegalArgumentException with a message for users, where it is none or names a CPU twice.
     */
    public static List<Integer> parse(String text) {
        SequencedSet<Integer> cpus = new LinkedHashSet<>();
        for (String range : text.split(",", -1)) {
            Matcher matcher = RANGE.matcher(range.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("\"" + text + "\" is no list of CPUs; write it like 2,3 or 2-3");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (last < first) {
                throw new IllegalArgumentException("\"" + range + "\" is an empty range of CPUs");
            }
            for (int cpu = first; cpu <= last; cpu++) {
                if (!cpus.add(cpu)) {
                    throw new IllegalArgumentException("CPU " + cpu + " is listed twice");
                }
            }
        }
        return new ArrayList<>(cpus);
    }

    /** The list of these CPUs, in ascending order. */
    public static String format(BitSet cpus) {
        StringBuilder text = new StringBuilder();
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int end = cpus.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end > first + 1) {
                text.append('-').append(end - 1);
            }
            first = cpus.nextSetBit(end);
        }
        return text.toString();
    }
}
