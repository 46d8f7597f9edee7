package io.vfnic.protocol.version;

import java.nio.charset.StandardCharsets;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Payload of VERSION, command and reply (specification, section "VFIO_USER_VERSION"). */
public final class Version extends Flyweight {
    /** u16. */
    public static final int MAJOR_OFFSET = 0;
    /** u16. */
    public static final int MINOR_OFFSET = 2;
    /** UTF-8 JSON with a terminating NUL; optional. */
    public static final int JSON_OFFSET = 4;
    /** Length without JSON. */
    public static final int MIN_LENGTH = 4;
    /** The major version of the protocol. */
    public static final int MAJOR = 0;
    /** The minor version; QEMU accepts no other in a reply. */
    public static final int MINOR = 0;

    /** Views a payload of this length. */
    public Version wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** Major version. */
    public int major() {
        return u16(MAJOR_OFFSET);
    }

    /** Sets the major version. */
    public Version major(int major) {
        u16(MAJOR_OFFSET, major);
        return this;
    }

    /** Minor version. */
    public int minor() {
        return u16(MINOR_OFFSET);
    }

    /** Sets the minor version. */
    public Version minor(int minor) {
        u16(MINOR_OFFSET, minor);
        return this;
    }

    /** Whether anything follows the two numbers. */
    public boolean hasJson() {
        return length() > JSON_OFFSET;
    }

    /** Whether the last byte of the JSON is NUL, as it must be. */
    public boolean isJsonTerminated() {
        return hasJson() && buffer.getByte(length() - 1) == 0;
    }

    /** The JSON up to its first NUL. Allocates; the handshake happens once. */
    public String json() {
        int end = JSON_OFFSET;
        while (end < length() && buffer.getByte(end) != 0) {
            end++;
        }
        byte[] utf8 = new byte[end - JSON_OFFSET];
        buffer.getBytes(JSON_OFFSET, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Stores the JSON and its NUL; the view must have been wrapped with {@link #lengthWith(String)}. */
    public Version json(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        buffer.putBytes(JSON_OFFSET, utf8);
        buffer.putByte(JSON_OFFSET + utf8.length, (byte)0);
        return this;
    }

    /** Length of a payload with this JSON and its NUL. */
    public static int lengthWith(String json) {
        return JSON_OFFSET + json.getBytes(StandardCharsets.UTF_8).length + 1;
    }
}
