package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.SetLinkRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfnic link}: the port's link. */
@Command(
    name = "link",
    usageHelpWidth = 100,
    description = {"Takes the port's link down, or lets it be up where the uplink has one.",
        "All functions see it, but for VFs whose state is \"enable\" or \"disable\"."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class LinkCommand extends CardCommand {
    /** As the command line spells it. */
    enum Direction {
        up, down
    }

    @Parameters(paramLabel = "up|down", description = "What it is to be.")
    private Direction direction;

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        change(client, Request.newBuilder().setSetLink(SetLinkRequest.newBuilder().setUp(direction == Direction.up)));
    }
}
