package io.vfnic.device.decode;

import io.vfnic.device.register.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * A named part of a register or descriptor.
 *
 * @param name   as in the datasheet.
 * @param value  unsigned.
 * @param isFlag whether it is a single bit.
 */
public record FieldValue(String name, long value, boolean isFlag) {
    /** The fields of a dword; where they leave out bits that are set, these come last, in place, as {@code other}. */
    static List<FieldValue> of(List<Field> fields, int value) {
        List<FieldValue> values = new ArrayList<>();
        int rest = value;
        for (Field field : fields) {
            values.add(new FieldValue(
                field.name(), Integer.toUnsignedLong(field.of(value)), field.high() == field.low()));
            rest &= ~field.mask();
        }
        if (rest != 0 && !fields.isEmpty()) {
            values.add(new FieldValue("other", Integer.toUnsignedLong(rest), false));
        }
        return values;
    }
}
