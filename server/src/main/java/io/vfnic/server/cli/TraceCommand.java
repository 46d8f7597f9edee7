package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Trace;
import io.vfnic.protocol.control.v1.TraceEntry;
import io.vfnic.protocol.control.v1.TraceKind;
import io.vfnic.protocol.control.v1.TraceRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfnic trace}: what drivers do with a card. */
@Command(
    name = "trace",
    usageHelpWidth = 100,
    description = {
        "Shows what drivers do with a running card, decoded, until Ctrl-C: register accesses, mailbox messages, " +
        "interrupts and, on request, descriptors.",
        "What a function's guest reaches without the card's help, such as " +
        "queue registers under --doorbell mmap, is not seen."},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class TraceCommand extends CardCommand {
    @Parameters(arity = "0..*", paramLabel = "FUNCTION", description = "Only of these, such as vf0.")
    private List<String> functions = List.of();

    @Option(names = "--kind", paramLabel = "KIND", split = ",",
        description = "Only ${COMPLETION-CANDIDATES}; several with commas (default: all but descriptor).")
    private List<Kind> kinds = List.of();

    @Option(names = "--block", paramLabel = "BLOCK", split = ",",
        description = "Of registers only those of these blocks: general, interrupt, receive, transmit, mailbox, " +
            "statistics and others, which an error names; undeclared for accesses that no register takes.")
    private List<String> blocks = List.of();

    /** {@link TraceKind}, as the command line spells it. */
    enum Kind {
        register(TraceKind.TRACE_KIND_REGISTER), mailbox(TraceKind.TRACE_KIND_MAILBOX),
        descriptor(TraceKind.TRACE_KIND_DESCRIPTOR), interrupt(TraceKind.TRACE_KIND_INTERRUPT);

        private final TraceKind value;

        Kind(TraceKind value) {
            this.value = value;
        }
    }

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        WatchText text = new WatchText(ZoneId.systemDefault());
        TraceRequest.Builder request = TraceRequest.newBuilder().addAllFunctions(functions).addAllBlocks(blocks);
        kinds.forEach(kind -> request.addKinds(kind.value));
        LiveStream.follow(client, Request.newBuilder().setTrace(request), this::tellBegun, response -> {
            Trace trace = response.getTrace();
            for (TraceEntry entry : trace.getEntriesList()) {
                printLine(entry, text::line);
            }
            printLost(trace.getLost(), "entries");
            return isRead();
        });
    }
}
