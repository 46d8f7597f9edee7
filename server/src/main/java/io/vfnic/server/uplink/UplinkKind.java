package io.vfnic.server.uplink;

import java.io.IOException;

/** A kind of uplink. */
interface UplinkKind {
    /** How a user names one, as in {@code tap:NAME}. */
    String form();

    /**
     * Looks at what follows the kind's name.
     *
     * @throws IllegalArgumentException with a message for users, where it cannot be meant.
     */
    void check(String argument);

    /**
     * Opens the uplink.
     *
     * @param argument as {@link #check} has let it pass.
     * @throws IOException with a message for users that says what stands in the way, and the way out.
     */
    HostUplink open(String argument) throws IOException;
}
