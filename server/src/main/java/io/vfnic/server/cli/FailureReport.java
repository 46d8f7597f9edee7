package io.vfnic.server.cli;

import java.io.PrintWriter;

import com.google.gson.JsonObject;

import io.vfnic.protocol.control.v1.Error;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.log.LogFormat;

/**
 * Tells on stderr why a command failed: to people in words, to programs in the form that was chosen for them. That of a
 * card is the log's, so that who collects it as JSON has a failed start, too.
 */
final class FailureReport {
    private final PrintWriter err;
    private final boolean logIsJson;

    /** @param logFormat the word that was said for it, right or wrong; null for none. */
    FailureReport(PrintWriter err, String logFormat) {
        this.err = err;
        this.logIsJson = LogFormat.JSON.toString().equals(logFormat);
    }

    /** Of arguments that make no sense. */
    void tell(String text) {
        tellLine(text, null);
    }

    /**
     * Of a command that could not do its work.
     *
     * @param traced whether to tell where in the program it failed, too.
     */
    void tell(Exception failure, boolean traced) {
        FailureText.of(failure).lines().forEach(line -> tellLine(line, traced ? failure : null));
        if (traced && !logIsJson) {
            trace(failure);
        }
    }

    /** The same for {@code --json}: an {@code error} as the control plane's schema has it, on one line. */
    void tellAsJson(Exception failure, boolean traced) {
        Error error = failure instanceof CardRefusedException refused ? refused.error()
            : Error.newBuilder().setMessage(FailureText.of(failure)).build();
        JsonObject object = new JsonObject();
        object.add("error", MessageJson.of(error));
        err.println(MessageJson.line(object));
        if (traced) {
            trace(failure);
        }
        err.flush();
    }

    private void tellLine(String line, Exception failure) {
        if (logIsJson) {
            err.print(LogFormat.JSON.error(VfnicCommand.class.getName(), line, failure));
        } else {
            err.println("vfnic: " + line);
        }
        err.flush();
    }

    private void trace(Exception failure) {
        failure.printStackTrace(err);
        err.flush();
    }
}
