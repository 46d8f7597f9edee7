package io.vfnic.server.control;

import io.vfnic.protocol.control.v1.Client;
import io.vfnic.server.posix.ProcessInfo;
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
            client.setProcess(ProcessInfo.name(pid)).setGuest(guestOf(ProcessInfo.commandLine(pid)));
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
}
