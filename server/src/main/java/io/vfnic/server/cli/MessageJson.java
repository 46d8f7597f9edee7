package io.vfnic.server.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Messages of the control plane as JSON: the schema's field names, numbers as numbers, enumerations as lower-case words
 * without their type's name, bytes in hexadecimal. What can be absent is left out where it is; everything else is
 * always there.
 */
final class MessageJson {
    private static final Gson PRETTY = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final Gson LINE = new GsonBuilder().disableHtmlEscaping().create();
    private static final int LONG_MASK_BITS = 64;

    private MessageJson() {
    }

    /** On several lines, for people as well. */
    static String pretty(Message message) {
        return PRETTY.toJson(of(message));
    }

    /** On one line. */
    static String line(Message message) {
        return line(of(message));
    }

    /** On one line. */
    static String line(JsonObject object) {
        return LINE.toJson(object);
    }

    static JsonObject of(Message message) {
        JsonObject object = new JsonObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isMapField()) {
                object.add(field.getName(), map((List<?>)message.getField(field)));
            } else if (field.isRepeated()) {
                JsonArray array = new JsonArray();
                ((List<?>)message.getField(field)).forEach(value -> array.add(value(field, value)));
                object.add(field.getName(), array);
            } else if (!field.hasPresence() || message.hasField(field)) {
                object.add(field.getName(), value(field, message.getField(field)));
            }
        }
        return object;
    }

    private static JsonObject map(List<?> entries) {
        JsonObject object = new JsonObject();
        for (Object element : entries) {
            MapEntry<?, ?> entry = (MapEntry<?, ?>)element;
            FieldDescriptor field = entry.getDescriptorForType().findFieldByName("value");
            object.add(entry.getKey().toString(), value(field, entry.getValue()));
        }
        return object;
    }

    private static JsonElement value(FieldDescriptor field, Object value) {
        return switch (value) {
            case Message message -> of(message);
            case Boolean truth -> new JsonPrimitive(truth);
            case String text -> new JsonPrimitive(text);
            case ByteString bytes -> new JsonPrimitive(HexFormat.of().formatHex(bytes.toByteArray()));
            case EnumValueDescriptor constant -> new JsonPrimitive(word(constant));
            case Integer number when field.getType() == FieldDescriptor.Type.UINT32 ->
                new JsonPrimitive(Integer.toUnsignedLong(number));
            case Long number when field.getType() == FieldDescriptor.Type.UINT64 && number < 0 ->
                new JsonPrimitive(BigInteger.valueOf(number).add(BigInteger.ONE.shiftLeft(LONG_MASK_BITS)));
            case Number number -> new JsonPrimitive(number);
            default -> throw new IllegalArgumentException("no JSON for " + field.getFullName());
        };
    }

    /** {@code FUNCTION_STATE_UNUSED} of the type FunctionState is "unused". */
    static String word(EnumValueDescriptor constant) {
        String prefix = constant.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) +
            "_";
        String name = constant.getName();
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT);
    }
}
