package io.vfnic.protocol.migration;

/** The states of migration with their numbers (specification, section "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE"). */
public enum DeviceState {
    /** Failed; only a reset leaves it. Cannot be asked for. */
    ERROR(0),
    /** Stopped. */
    STOP(1),
    /** Running. */
    RUNNING(2),
    /** Stopped, state being read out. */
    STOP_COPY(3),
    /** Stopped, state being loaded. */
    RESUMING(4),
    /** Running while state is read out. 5 and 7 are not used in vfio-user. */
    PRE_COPY(6);

    private final int number;

    DeviceState(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The state with this number, or null if vfio-user uses none. */
    public static DeviceState of(long number) {
        for (DeviceState state : values()) {
            if (state.number == number) {
                return state;
            }
        }
        return null;
    }
}
