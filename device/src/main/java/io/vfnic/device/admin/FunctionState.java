package io.vfnic.device.admin;

/** How far a function is in use. */
public enum FunctionState {
    /** A VF that is not enabled: its guest sees a PF in reset. */
    DISABLED,
    /** Nobody has connected. */
    UNUSED,
    /** A client has connected, and no queue is enabled. */
    CONNECTED,
    /** A driver has queues enabled. */
    RUNNING
}
