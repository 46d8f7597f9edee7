package io.vfnic.protocol.control;

import java.io.IOException;

/** The other side announces a message of a length that is not allowed. */
public final class FrameLengthException extends IOException {
    private static final long serialVersionUID = 1;

    FrameLengthException(String message) {
        super(message);
    }
}
