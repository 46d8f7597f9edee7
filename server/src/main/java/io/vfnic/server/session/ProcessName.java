package io.vfnic.server.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process is called, as the kernel has it. */
final class ProcessName {
    private ProcessName() {
    }

    /** The name, at most 15 bytes; empty where the process is unknown or gone. */
    static String of(int pid) {
        if (pid <= 0) {
            return "";
        }
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
