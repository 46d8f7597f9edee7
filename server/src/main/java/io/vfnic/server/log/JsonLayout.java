package io.vfnic.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.slf4j.event.KeyValuePair;

import com.google.gson.JsonObject;

/**
 * Lines for programs: {@code ts} (ISO 8601, UTC), {@code level}, {@code logger}, {@code message}, the message's fields
 * by their names, and {@code error} with a stack trace.
 */
final class JsonLayout implements LineLayout {
    @Override
    public String format(LogLine line) {
        JsonObject object = new JsonObject();
        object.addProperty("ts", DateTimeFormatter.ISO_INSTANT.format(line.time()));
        object.addProperty("level", line.level().toString().toLowerCase(Locale.ROOT));
        object.addProperty("logger", line.logger());
        object.addProperty("message", line.message());
        for (KeyValuePair field : line.fields()) {
            if (field.value instanceof Number number) {
                object.addProperty(field.key, number);
            } else {
                object.addProperty(field.key, String.valueOf(field.value));
            }
        }
        if (line.failure() != null) {
            StringWriter trace = new StringWriter();
            line.failure().printStackTrace(new PrintWriter(trace));
            object.addProperty("error", trace.toString());
        }
        return object + "\n";
    }
}
