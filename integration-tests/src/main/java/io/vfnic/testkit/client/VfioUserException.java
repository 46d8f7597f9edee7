package io.vfnic.testkit.client;

import io.vfnic.protocol.Errno;

/** The server answered a command with an error. */
public final class VfioUserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** For the reply to a command. */
    public VfioUserException(Message reply) {
        super(reply.toString());
        errno = reply.errno();
    }

    /** The errno of the reply, or null if it is one that vfio-user does not use. */
    public Errno errno() {
        return Errno.of(errno);
    }
}
