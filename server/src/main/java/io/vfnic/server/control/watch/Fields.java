package io.vfnic.server.control.watch;

import io.vfnic.device.decode.FieldValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Named fields as messages hold them. */
final class Fields {
    private Fields() {
    }

    /** All of them, in order. */
    static Map<String, Long> of(List<FieldValue> values) {
        Map<String, Long> fields = new LinkedHashMap<>();
        values.forEach(field -> fields.put(field.name(), field.value()));
        return fields;
    }
}
