package io.vfnic.device.watch;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * Flyweight over a record in a reader's buffer. Which of the methods apply, its {@link #kind()} says. Values are in the
 * byte order of this machine.
 */
public final class WatchRecord {
    /** {@link #flags()} of a register access: a write. */
    public static final int WRITE = 1;
    /** {@link #flags()} of a register access: no register took it. */
    public static final int UNDECLARED = 1 << 1;
    /** {@link #flags()} of a message: the PF has written it, or has acknowledged the VF's. */
    public static final int FROM_PF = 1;
    /** {@link #flags()} of a message: the other side has read it. */
    public static final int ACKNOWLEDGED = 1 << 1;
    /** {@link #flags()} of a descriptor: a transmit descriptor. */
    public static final int TRANSMIT = 1;
    /** {@link #flags()} of a descriptor: as it was written back, rather than fetched. */
    public static final int WRITTEN_BACK = 1 << 1;
    /** {@link #flags()} of a receive descriptor: in the legacy format. */
    public static final int LEGACY = 1 << 2;
    /** {@link #flags()} of a frame: the function receives it. */
    public static final int INCOMING = 1;
    /** {@link #vector()} of the interrupt of INTx and MSI mode. */
    public static final int LEGACY_VECTOR = -1;

    static final int TIME_OFFSET = 0;
    static final int FUNCTION_OFFSET = 8;
    static final int FLAGS_OFFSET = 12;
    static final int BODY_OFFSET = 16;

    static final int REGISTER_OFFSET = BODY_OFFSET;
    static final int VALUE_OFFSET = BODY_OFFSET + 4;
    static final int REGISTER_LENGTH = BODY_OFFSET + 8;

    static final int WORDS_OFFSET = BODY_OFFSET;

    static final int QUEUE_OFFSET = BODY_OFFSET;
    static final int INDEX_OFFSET = BODY_OFFSET + 4;
    static final int LOW_OFFSET = BODY_OFFSET + 8;
    static final int HIGH_OFFSET = BODY_OFFSET + 16;
    static final int DESCRIPTOR_LENGTH = BODY_OFFSET + 24;

    static final int VECTOR_OFFSET = BODY_OFFSET;
    static final int INTERRUPT_LENGTH = BODY_OFFSET + 4;

    static final int VERDICT_OFFSET = BODY_OFFSET;
    static final int WHOLE_LENGTH_OFFSET = BODY_OFFSET + 4;
    static final int BYTES_OFFSET = BODY_OFFSET + 8;

    static final int FIRST_OFFSET = BODY_OFFSET;
    static final int SECOND_OFFSET = BODY_OFFSET + 8;
    static final int TEXT_OFFSET = BODY_OFFSET + 16;

    private WatchKind kind;
    private DirectBuffer buffer;
    private int index;
    private int length;

    WatchRecord wrap(int type, DirectBuffer source, int start, int bytes) {
        kind = WatchKind.ofType(type);
        buffer = source;
        index = start;
        length = bytes;
        return this;
    }

    /** What is recorded. */
    public WatchKind kind() {
        return kind;
    }

    /** When, by the card's clock, nanoseconds. */
    public long time() {
        return buffer.getLong(index + TIME_OFFSET);
    }

    /** The watch point, see {@link Watch}. */
    public int function() {
        return buffer.getInt(index + FUNCTION_OFFSET);
    }

    /** Bits that the kind gives a meaning. */
    public int flags() {
        return buffer.getInt(index + FLAGS_OFFSET);
    }

    /** Whether a flag is set. */
    public boolean is(int flag) {
        return (flags() & flag) != 0;
    }

    /** Offset of a register in bytes. */
    public int offset() {
        return buffer.getInt(index + REGISTER_OFFSET);
    }

    /** What a register gave or was given. */
    public int value() {
        return buffer.getInt(index + VALUE_OFFSET);
    }

    /** A dword of a message, 0 to 15. */
    public int word(int word) {
        return buffer.getInt(index + WORDS_OFFSET + word * Integer.BYTES);
    }

    /** A descriptor's queue, as its function numbers it. */
    public int queue() {
        return buffer.getInt(index + QUEUE_OFFSET);
    }

    /** A descriptor's index in its ring. */
    public int descriptor() {
        return buffer.getInt(index + INDEX_OFFSET);
    }

    /** First quad word of a descriptor. */
    public long low() {
        return buffer.getLong(index + LOW_OFFSET);
    }

    /** Second quad word of a descriptor. */
    public long high() {
        return buffer.getLong(index + HIGH_OFFSET);
    }

    /** An interrupt's vector, or {@link #LEGACY_VECTOR}. */
    public int vector() {
        return buffer.getInt(index + VECTOR_OFFSET);
    }

    /** What became of a frame, see {@link Verdict}. */
    public int verdict() {
        return buffer.getInt(index + VERDICT_OFFSET);
    }

    /** Bytes of a frame on the wire, without CRC. */
    public int wholeLength() {
        return buffer.getInt(index + WHOLE_LENGTH_OFFSET);
    }

    /** The recorded bytes of a frame. */
    public byte[] bytes() {
        final byte[] bytes = new byte[length - BYTES_OFFSET];
        buffer.getBytes(index + BYTES_OFFSET, bytes);
        return bytes;
    }

    /** What happened. */
    public WatchEvent event() {
        return WatchEvent.of(flags());
    }

    /** An event's first number. */
    public long first() {
        return buffer.getLong(index + FIRST_OFFSET);
    }

    /** An event's second number. */
    public long second() {
        return buffer.getLong(index + SECOND_OFFSET);
    }

    /** An event's text. */
    public String text() {
        final byte[] bytes = new byte[length - TEXT_OFFSET];
        buffer.getBytes(index + TEXT_OFFSET, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
