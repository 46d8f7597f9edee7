package io.vfnic.protocol.version;

/** The JSON of a VERSION message cannot be accepted; the message says why. Answered with EINVAL. */
public final class VersionFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public VersionFormatException(String message) {
        super(message);
    }

    /** With the reason and what the JSON parser said. */
    public VersionFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
