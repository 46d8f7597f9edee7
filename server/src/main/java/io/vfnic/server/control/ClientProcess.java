package io.vfnic.server.control;

import io.vfnic.protocol.control.v1.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux tells of a client's process. */
final class ClientProcess {
    private static final String NAME_OPTION = "-name";
    private static final String GUEST_KEY = "guest=";

    private ClientProcess() {
    }

    /** @param pid of the process; 0 where it is in another PID namespace. */
    static Client describe(int pid) {
        Client.Builder client = Client.newBuilder().setPid(pid);
        if (pid > 0) {
            Path directory = Path.of("/proc", Integer.toString(pid));
            client.setProcess(read(directory.resolve("comm")).strip())
                .setGuest(guestOf(List.of(read(directory.resolve("cmdline")).split("\0"))));
        }
        return client.build();
    }

    /** The guest's name on a command line of QEMU: {@code -name NAME,...} or {@code -name guest=NAME,...}. */
    static String guestOf(List<String> commandLine) {
        int option = commandLine.indexOf(NAME_OPTION);
        if (option < 0 || option + 1 >= commandLine.size()) {
            return "";
        }
        String name = commandLine.get(option + 1).split(",", 2)[0];
        return name.startsWith(GUEST_KEY) ? name.substring(GUEST_KEY.length()) : name;
    }

    private static String read(Path file) {
        try {
            // Processes name themselves as they like.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\0\n]]", "?");
        } catch (IOException gone) {
            return "";
        }
    }
}
