package io.vfnic.server.posix;

import java.io.IOException;

/** A system call that failed: names the call and what it was about, and carries the errno as Linux numbers it. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    PosixException(String operation, int errno) {
        super(operation + ": " + PosixErrno.describe(errno));
        this.errno = errno;
    }

    /** The errno, a positive number. */
    public int errno() {
        return errno;
    }
}
