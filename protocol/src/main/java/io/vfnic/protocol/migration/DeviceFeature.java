package io.vfnic.protocol.migration;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Payload of DEVICE_FEATURE, command and reply (specification, section "VFIO_USER_DEVICE_FEATURE"). */
public final class DeviceFeature extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, feature in bits 15:0 and operation. */
    public static final int FLAGS_OFFSET = 4;
    /** What the feature defines. */
    public static final int DATA_OFFSET = 8;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 8;

    /** The bits of the flags that hold the feature. */
    public static final int FEATURE_MASK = 0xFFFF;
    /** Operation: get. */
    public static final int GET = 1 << 16;
    /** Operation: set. */
    public static final int SET = 1 << 17;
    /** Operation: is the feature there, with the other operations that are flagged? */
    public static final int PROBE = 1 << 18;
    /** Every operation. */
    public static final int OPERATIONS = GET | SET | PROBE;

    /** Feature: migration, see {@link MigrationFlags}. */
    public static final int MIGRATION = 1;
    /** Feature: state of migration, see {@link DeviceStateData}. */
    public static final int MIG_DEVICE_STATE = 2;
    /** Feature: start logging, see {@link DmaLoggingControl}. */
    public static final int DMA_LOGGING_START = 6;
    /** Feature: stop logging; no data. */
    public static final int DMA_LOGGING_STOP = 7;
    /** Feature: what was logged, see {@link DmaLoggingReport}. */
    public static final int DMA_LOGGING_REPORT = 8;

    /** Views a payload of this length, 8 or more. */
    public DeviceFeature wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public DeviceFeature argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The feature and the operation. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the feature and the operation. */
    public DeviceFeature flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The feature, 0 to 65535. */
    public int feature() {
        return flags() & FEATURE_MASK;
    }

    /** The operation bits. */
    public int operations() {
        return flags() & ~FEATURE_MASK;
    }
}
