package io.vfnic.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

import org.slf4j.event.KeyValuePair;

/** Lines for people. */
final class TextLayout implements LineLayout {
    private final DateTimeFormatter time = new DateTimeFormatterBuilder().appendPattern("yyyy-MM-dd'T'HH:mm:ss.SSS")
        .appendOffsetId().toFormatter().withZone(ZoneId.systemDefault());

    @Override
    public String format(LogLine line) {
        StringBuilder text = new StringBuilder();
        time.formatTo(line.time(), text);
        text.append(" [").append(line.level()).append("] ");
        for (KeyValuePair field : line.fields()) {
            if (field.key.equals(LogFields.FUNCTION)) {
                text.append(field.value).append(": ");
            }
        }
        text.append(line.message());
        for (KeyValuePair field : line.fields()) {
            if (!field.key.equals(LogFields.FUNCTION)) {
                text.append(' ').append(field.key).append('=').append(field.value);
            }
        }
        text.append(System.lineSeparator());
        if (line.failure() != null) {
            StringWriter trace = new StringWriter();
            line.failure().printStackTrace(new PrintWriter(trace));
            text.append(trace);
        }
        return text.toString();
    }
}
