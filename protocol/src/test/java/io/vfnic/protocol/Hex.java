package io.vfnic.protocol;

import java.util.HexFormat;

import org.agrona.concurrent.UnsafeBuffer;

/** Bytes as text, for layouts written down in tests. White space is ignored. */
public final class Hex {
    private Hex() {
    }

    public static UnsafeBuffer buffer(String hex) {
        return new UnsafeBuffer(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    public static String of(UnsafeBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public static String of(String hex) {
        return hex.replaceAll("\\s", "");
    }

    /** A buffer of bytes that no field may leave as they are, so that a test sees what was not written. */
    public static UnsafeBuffer dirty(int length) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[length]);
        buffer.setMemory(0, length, (byte)0xEE);
        return buffer;
    }
}
