package io.vfnic.device.watch;

/** What happens to a card, with the meaning of a record's two numbers and its text. */
public enum WatchEvent {
    /** A client has taken the function; first number: its process, 0 where unknown; text: the process' name. */
    CONNECTED,
    /** It has left; as {@link #CONNECTED}. */
    DISCONNECTED,
    /** The function was reset as a whole by its guest (function level reset). */
    FUNCTION_LEVEL_RESET,
    /** The function was reset by its client, as a machine does that starts or reboots. */
    DEVICE_RESET,
    /** The driver has reset the function (CTRL.RST of the PF, VTCTRL.RST of a VF). */
    SOFTWARE_RESET,
    /** The PF's driver has reset the VF (VTCTRL.RST in the PF's registers). */
    RESET_BY_PF,
    /** The link came up; of a VF: it is shown a link that is up. */
    LINK_UP,
    /** The link went down. */
    LINK_DOWN,
    /** VFs were enabled or disabled; first number: how many are enabled now, second: how many were. */
    VFS_ENABLED,
    /** The policy of a VF was changed; text: what of it. */
    POLICY_CHANGED,
    /** The PF's driver has refused a VF's message; first number: the first dword of its answer. */
    MAILBOX_REFUSED,
    /** The PF's driver has taken a VF's clearance, so that the VF's driver has to reset itself. */
    MAILBOX_REVOKED,
    /**
     * A VF has sent what was not its to send; first number: frames since it was last told, second: the last one's
     * source address and, in the low byte, cause (1 the address, 2 the VLAN).
     */
    SPOOFED,
    /** Frames found no receive descriptor; first number: how many since it was last told, second: the queue. */
    STALLED,
    /** The PF's guest takes the VF to be where it is not; first number: where it is expected, second: where it is. */
    MISPLACED,
    /** The function had to give its client up; text: why. */
    FAILED;

    private static final WatchEvent[] ALL = values();

    static WatchEvent of(int ordinal) {
        return ALL[ordinal];
    }
}
