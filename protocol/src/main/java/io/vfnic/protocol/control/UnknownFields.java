package io.vfnic.protocol.control;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/** Finds what a message holds that its schema does not know: the wishes of a newer client. */
public final class UnknownFields {
    /** A message may have some hundred thousand of them, of which nobody wants to read. */
    private static final int MAX = 8;

    private UnknownFields() {
    }

    /**
     * The unknown fields of a message and of the messages in it, in words: {@code "field 9 of SetVfRequest"}. Empty
     * where all are known; the first {@value #MAX} where there are many.
     */
    public static List<String> in(Message message) {
        List<String> found = new ArrayList<>();
        collect(message, found);
        return found;
    }

    private static void collect(Message message, List<String> found) {
        message.getUnknownFields().asMap().keySet().stream().limit(MAX - found.size())
            .forEach(number -> found.add("field " + number + " of " + message.getDescriptorForType().getName()));
        for (Object value : message.getAllFields().values()) {
            if (value instanceof Message nested) {
                collect(nested, found);
            } else if (value instanceof List<?> list) {
                list.stream().filter(Message.class::isInstance).map(Message.class::cast)
                    .forEach(nested -> collect(nested, found));
            }
        }
    }
}
