package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Fdb;
import io.vfnic.protocol.control.v1.FdbRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code vfnic fdb}: where the switch sends frames. */
@Command(
    name = "fdb",
    usageHelpWidth = 100,
    description = "Shows which MAC addresses and VLANs lead to which function, as \"bridge fdb\" does.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class FdbCommand extends CardCommand {
    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        Fdb fdb = client.call(Request.newBuilder().setFdb(FdbRequest.getDefaultInstance())).getFdb();
        if (isJson()) {
            printJson(fdb);
        } else {
            fdb.getEntriesList().forEach(entry -> out().println(
                (entry.getMac().isEmpty() ? "vlan " + entry.getVlan() : entry.getMac()) + " dev " +
                entry.getFunction() +
                    " pool " + entry.getPool()));
            out().flush();
        }
    }
}
