package io.vfnic.server.cli;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that ask a running card have in common. */
abstract class CardCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CardOptions card;

    @Option(names = {"-j", "--json"}, description = "Print JSON, for programs; its names are those of the control " +
        "plane's schema and stay.")
    private boolean json;

    /** Does the command. */
    abstract void run(ControlClient client) throws IOException, CardRefusedException;

    @Override
    public final Integer call() throws IOException, CardRefusedException {
        check();
        try (ControlClient client = card.connect()) {
            run(client);
        }
        return 0;
    }

    /** Refuses arguments that make no sense, before a card is looked for. */
    void check() {
        // What picocli has checked is enough for most.
    }

    /** Makes a request whose answer tells nothing but that it is done. */
    final void change(ControlClient client, Request.Builder request) throws IOException, CardRefusedException {
        Message done = client.call(request).getDone();
        if (json) {
            printJson(done);
        }
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final boolean isJson() {
        return json;
    }

    /** Another connection to the card. */
    final ControlClient connectAgain() throws IOException {
        return card.connect();
    }

    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Prints a message as one JSON object. */
    final void printJson(Message message) {
        out().println(MessageJson.pretty(message));
        out().flush();
    }

    /** Prints one of many: as {@code text} has it, or as JSON on a line of its own. */
    final <T extends Message> void printLine(T message, Function<T, String> text) {
        out().println(json ? MessageJson.line(message) : text.apply(message));
    }

    /** Tells something on stderr. */
    final void tell(String what) {
        err("vfnic: " + what);
    }

    /** Tells of a stream that has begun, on stderr. */
    final void tellBegun() {
        tell("watching; Ctrl-C ends it");
    }

    /** Tells programs something on stderr, as JSON on a line of its own. */
    final void tellJson(JsonObject what) {
        err(MessageJson.line(what));
    }

    private void err(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    /** Tells of what was lost, if anything was: to who reads the output as {@code {"lost":n}}, to others on stderr. */
    final void printLost(long lost, String what) {
        if (lost != 0 && json) {
            out().println("{\"lost\":" + Long.toUnsignedString(lost) + "}");
        } else if (lost != 0) {
            tell(lost + " " + what + " lost: they came faster than they were read");
        }
    }

    /** Lets the reader have what was printed; false where nobody reads any more. */
    final boolean isRead() {
        return !(out().checkError() || System.out.checkError());
    }

    /** Prints a message as JSON on a line of its own. */
    final void printJsonLine(Message message) {
        out().println(MessageJson.line(message));
        out().flush();
    }
}
