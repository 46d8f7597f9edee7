package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Dump;
import io.vfnic.protocol.control.v1.DumpRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.time.ZoneId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfnic dump}: everything of a function. */
@Command(
    name = "dump",
    usageHelpWidth = 100,
    description = {"Shows all registers of a function, field by field, and its descriptor rings near head and tail.",
        "Looking changes nothing: what a driver's read would clear stays."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class DumpCommand extends CardCommand {
    @Parameters(paramLabel = "FUNCTION", description = "Such as vf0, or pf.")
    private String function;

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        Dump dump = client.call(
            Request.newBuilder().setDump(DumpRequest.newBuilder().setFunction(function))).getDump();
        if (isJson()) {
            printJson(dump);
        } else {
            out().print(new WatchText(ZoneId.systemDefault()).text(dump));
            out().flush();
        }
    }
}
