package io.vfnic.server.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux tells of a process (proc(5)). Processes name themselves as they like: control characters, which could make
 * a terminal do things, are replaced.
 */
public final class ProcessInfo {
    private ProcessInfo() {
    }

    /** The name, at most 15 bytes; empty where the process is unknown (0) or gone. */
    public static String name(int pid) {
        return pid <= 0 ? "" : printable(read(pid, "comm").stripTrailing());
    }

    /** Name and id in words, for people. */
    public static String describe(int pid) {
        if (pid <= 0) {
            return "a process in another PID namespace";
        }
        String name = name(pid);
        return name.isEmpty() ? "process " + pid : name + " (pid " + pid + ")";
    }

    /** The words of the command line; none where the process is unknown (0) or gone. */
    public static List<String> commandLine(int pid) {
        String words = pid <= 0 ? "" : read(pid, "cmdline");
        return words.isEmpty() ? List.of() : List.of(words.split("\0")).stream().map(ProcessInfo::printable).toList();
    }

    private static String read(int pid, String file) {
        try {
            return new String(
                Files.readAllBytes(Path.of("/proc", Integer.toString(pid), file)), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }

    static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }
}
