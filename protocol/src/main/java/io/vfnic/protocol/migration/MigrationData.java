package io.vfnic.protocol.migration;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of MIG_DATA_READ and MIG_DATA_WRITE (specification, sections of these names). The data is in the write
 * command and in the read reply; less data than asked for means that there is no more.
 */
public final class MigrationData extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, bytes of data. */
    public static final int SIZE_OFFSET = 4;
    /** The data. */
    public static final int DATA_OFFSET = 8;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 8;

    /** Views a payload of this length, 8 or more. */
    public MigrationData wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public MigrationData argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The number of bytes of data. */
    public long size() {
        return u32(SIZE_OFFSET);
    }

    /** Sets the number of bytes of data. */
    public MigrationData size(long size) {
        u32(SIZE_OFFSET, size);
        return this;
    }
}
