package io.vfnic.device.watch;

/** What can be recorded. The ordinal and one is the type of such records. */
public enum WatchKind {
    /** Accesses to registers. */
    REGISTER,
    /** Messages in the mailboxes of VFs and their PF. */
    MAILBOX,
    /** Descriptors as they are fetched and written back. */
    DESCRIPTOR,
    /** Interrupts raised. */
    INTERRUPT,
    /** Frames, with their bytes. */
    FRAME,
    /** What happens to the card. */
    EVENT;

    private static final WatchKind[] ALL = values();

    /** The kind's bit in a set of kinds. */
    public int bit() {
        return 1 << ordinal();
    }

    int type() {
        return ordinal() + 1;
    }

    static WatchKind ofType(int type) {
        return ALL[type - 1];
    }
}
