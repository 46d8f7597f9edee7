package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.ShowRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfnic show}: the card, its uplink and its functions. */
@Command(
    name = "show",
    usageHelpWidth = 100,
    description = "Shows a running card: its uplink, its functions, who has them, links, addresses, VLANs and queues.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class ShowCommand extends CardCommand {
    @Parameters(arity = "0..1", paramLabel = "FUNCTION", defaultValue = "",
        description = "Only this function, such as vf0, with its queues' rings.")
    private String function;

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        var card = client.call(Request.newBuilder().setShow(ShowRequest.newBuilder().setFunction(function))).getCard();
        if (isJson()) {
            printJson(card);
        } else {
            out().print(new CardText(card).text(!function.isEmpty()));
            out().flush();
        }
    }
}
