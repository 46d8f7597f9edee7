package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.ResetRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfnic reset}: resets a function. */
@Command(
    name = "reset",
    usageHelpWidth = 100,
    description = {"Resets a VF: its queues stop, and its driver is told to set it up again.",
        "Linux' igbvf does so within seconds, but not twice within ten."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class ResetCommand extends CardCommand {
    @Parameters(paramLabel = "FUNCTION", description = "The VF, such as vf0.")
    private String function;

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        change(client, Request.newBuilder().setReset(ResetRequest.newBuilder().setFunction(function)));
    }
}
