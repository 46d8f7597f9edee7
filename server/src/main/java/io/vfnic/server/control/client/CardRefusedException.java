package io.vfnic.server.control.client;

import io.vfnic.protocol.control.v1.Error;

/** The card answered with an error. */
public final class CardRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Error error;

    CardRefusedException(Error error) {
        super(describe(error));
        this.error = error;
    }

    /** What the card said. */
    public Error error() {
        return error;
    }

    private static String describe(Error error) {
        return (error.getFunction().isEmpty() ? "" : error.getFunction() + ": ") + error.getMessage() +
            (error.getRemedy().isEmpty() ? "" : "; " + error.getRemedy());
    }
}
