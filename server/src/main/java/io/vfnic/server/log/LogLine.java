package io.vfnic.server.log;

import java.time.Instant;
import java.util.List;

import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/**
 * A message on its way to the log.
 *
 * @param logger  name of the class that says it.
 * @param message the words, complete.
 * @param fields  what it says beside them.
 * @param failure what went wrong; null for nothing.
 */
record LogLine(Instant time, Level level, String logger, String message, List<KeyValuePair> fields, Throwable failure) {
}
