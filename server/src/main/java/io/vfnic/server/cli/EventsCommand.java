package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Event;
import io.vfnic.protocol.control.v1.Events;
import io.vfnic.protocol.control.v1.EventsRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vfnic events}: what happens to a card. */
@Command(
    name = "events",
    usageHelpWidth = 100,
    description = {"Tells what happens to a running card, as it happens, until Ctrl-C.",
        "Clients that connect and leave, " +
        "resets, changes of links, VFs and policy, refused mailbox messages, spoofed frames, and receive rings " +
        "without a free descriptor."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class EventsCommand extends CardCommand {
    @Parameters(arity = "0..*", paramLabel = "FUNCTION",
        description = "Only of these, such as vf0; pf has what is about the card as a whole.")
    private List<String> functions = List.of();

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        WatchText text = new WatchText(ZoneId.systemDefault());
        LiveStream.follow(client,
            Request.newBuilder().setEvents(EventsRequest.newBuilder().addAllFunctions(functions)), this::tellBegun,
            response -> {
                Events events = response.getEvents();
                for (Event event : events.getEventsList()) {
                    printLine(event, text::line);
                }
                printLost(events.getLost(), "events");
                return isRead();
            });
    }
}
