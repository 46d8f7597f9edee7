/**
 * What slf4j logs with here: one line on stderr for each message, as text or as a JSON object, with the fields that a
 * message has beside its words ({@code function}, {@code client}). slf4j finds it by itself; nobody calls it but who
 * chooses level and format, or fails before there is a log. It knows nothing of ours.
 */
package io.vfnic.server.log;
