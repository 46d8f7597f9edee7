package io.vfnic.protocol.migration;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Data of the feature MIGRATION, in the reply to GET. */
public final class MigrationFlags extends Flyweight {
    /** u64, flags. */
    public static final int FLAGS_OFFSET = 0;
    /** Length in bytes. */
    public static final int LENGTH = 8;

    /** Flag: STOP_COPY is supported, as it must be. */
    public static final long STOP_COPY = 1;
    /** Flag: the peer-to-peer states are supported; not used in vfio-user. */
    public static final long P2P = 1 << 1;
    /** Flag: PRE_COPY is supported. */
    public static final long PRE_COPY = 1 << 2;

    /** Views the structure at the offset. */
    public MigrationFlags wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The flag bits. */
    public long flags() {
        return u64(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public MigrationFlags flags(long flags) {
        u64(FLAGS_OFFSET, flags);
        return this;
    }
}
