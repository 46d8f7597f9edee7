package io.vfnic.testkit.lab;

import java.time.Duration;

/** A command that {@link Guest#start} started and that may still be running. */
public final class RunningCommand {
    private final Guest guest;
    private final String command;
    private final long pid;

    RunningCommand(Guest guest, String command, long pid) {
        this.guest = guest;
        this.command = command;
        this.pid = pid;
    }

    /**
     * Waits for the command's end. To be called once: the guest forgets the result when it has told it.
     *
     * @throws GuestException where it still runs after {@code patience}, or the guest does not answer
     */
    public CommandResult await(Duration patience) {
        return guest.await(command, pid, patience);
    }

    /** The process id in the guest. */
    public long pid() {
        return pid;
    }
}
