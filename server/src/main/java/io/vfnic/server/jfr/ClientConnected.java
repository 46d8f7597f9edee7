package io.vfnic.server.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A client has taken a function. */
@Name("vfnic.ClientConnected")
@Label("Client Connected")
@Description("A client has taken a function")
final class ClientConnected extends CardEvent {
    @Label("Process")
    @Description("Process of the client, 0 where it is in another namespace")
    private final int process;

    @Label("Process Name")
    private final String processName;

    ClientConnected(int process, String processName) {
        this.process = process;
        this.processName = processName;
    }
}
