package io.vfnic.server.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A client has left its function. */
@Name("vfnic.ClientDisconnected")
@Label("Client Disconnected")
@Description("A client has left its function")
final class ClientDisconnected extends CardEvent {
    @Label("Process")
    @Description("Process of the client, 0 where it is in another namespace")
    private final int process;

    @Label("Process Name")
    private final String processName;

    ClientDisconnected(int process, String processName) {
        this.process = process;
        this.processName = processName;
    }
}
