package io.vfnic.server.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds a little-endian payload field by field, as the specification's tables list them. */
final class Payload {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Payload little(long value, int count) {
        for (int i = 0; i < count; i++) {
            bytes.write((int)(value >>> (8 * i)));
        }
        return this;
    }

    Payload u8(int... values) {
        for (int value : values) {
            little(value, 1);
        }
        return this;
    }

    Payload u16(int value) {
        return little(value, 2);
    }

    Payload u32(long... values) {
        for (long value : values) {
            little(value, 4);
        }
        return this;
    }

    Payload u64(long... values) {
        for (long value : values) {
            little(value, 8);
        }
        return this;
    }

    Payload text(String value) {
        bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
        return u8(0);
    }

    Payload data(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
