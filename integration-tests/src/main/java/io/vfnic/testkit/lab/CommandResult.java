package io.vfnic.testkit.lab;

/**
 * What a command in a guest did.
 *
 * @param command  the shell command line
 * @param exitCode its exit code, 128 + n where signal n ended it
 * @param stdout   what it printed, decoded as UTF-8
 * @param stderr   what it complained about, decoded as UTF-8
 */
public record CommandResult(String command, int exitCode, String stdout, String stderr) {
    /**
     * Insists that the command succeeded.
     *
     * @return this
     * @throws AssertionError where the exit code is not 0; the message shows both outputs
     */
    public CommandResult orFail() {
        if (exitCode != 0) {
            throw new AssertionError(this.toString());
        }
        return this;
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + " of: " + command
            + "\n--- stdout ---\n" + stdout.stripTrailing()
            + "\n--- stderr ---\n" + stderr.stripTrailing();
    }
}
