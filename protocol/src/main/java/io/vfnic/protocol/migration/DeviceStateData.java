package io.vfnic.protocol.migration;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/** Data of the feature MIG_DEVICE_STATE, to and fro. The second field, a file descriptor in VFIO, is unused. */
public final class DeviceStateData extends Flyweight {
    /** u32, number of the state. */
    public static final int STATE_OFFSET = 0;
    /** u32, unused. */
    public static final int DATA_FD_OFFSET = 4;
    /** Length in bytes. */
    public static final int LENGTH = 8;

    /** Views the structure at the offset. */
    public DeviceStateData wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The number of the state, see {@link DeviceState}. */
    public long state() {
        return u32(STATE_OFFSET);
    }

    /** Sets the number of the state, see {@link DeviceState}. */
    public DeviceStateData state(long state) {
        u32(STATE_OFFSET, state);
        return this;
    }

    /** The unused field. */
    public long dataFd() {
        return u32(DATA_FD_OFFSET);
    }

    /** Sets the unused field. */
    public DeviceStateData dataFd(long dataFd) {
        u32(DATA_FD_OFFSET, dataFd);
        return this;
    }
}
