package io.vfnic.server.log;

/** Names of the fields that messages have beside their words, for slf4j's {@code addKeyValue}. */
public final class LogFields {
    /** Name of the function that a message is about, {@code vf0} for example. */
    public static final String FUNCTION = "function";
    /** The process that a function's client is. */
    public static final String CLIENT = "client";

    private LogFields() {
    }
}
