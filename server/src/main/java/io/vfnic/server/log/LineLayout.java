package io.vfnic.server.log;

/** Puts a message into a line, or into a line and the stack trace below it. Called by any thread. */
interface LineLayout {
    /** The line, with its end. */
    String format(LogLine line);
}
