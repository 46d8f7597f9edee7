package io.vfnic.server.transport;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;

/**
 * The descriptors that came with a message. They belong to this object until taken one by one; {@link #close()} closes
 * the others.
 */
public final class ReceivedFds implements AutoCloseable {
    private static final Fd[] NONE = new Fd[0];

    private Fd[] fds = NONE;
    private boolean truncated;

    /** How many came, taken ones included. */
    public int count() {
        return fds.length;
    }

    /**
     * Whether some were lost on the way: this process may open no more, or more than {@link MessageReceiver#MAX_FDS}
     * came with the pieces of the message.
     */
    public boolean isTruncated() {
        return truncated;
    }

    /** Hands a descriptor over to the caller; once for each. */
    public Fd take(int index) {
        Fd fd = fds[index];
        if (fd == null) {
            throw new IllegalStateException("descriptor " + index + " is taken already");
        }
        fds[index] = null;
        return fd;
    }

    /**
     * Takes over what a receive brought, behind what is here already. A client that sends a message in pieces, each
     * with descriptors, does not get this process to hold any number of them.
     */
    void addAll(MessageReceiver receiver) {
        int added = Math.min(receiver.fdCount(), MessageReceiver.MAX_FDS - fds.length);
        truncated |= receiver.fdsTruncated() || added < receiver.fdCount();
        if (added == 0) {
            return;
        }
        Fd[] all = new Fd[fds.length + added];
        System.arraycopy(fds, 0, all, 0, fds.length);
        for (int i = 0; i < added; i++) {
            all[fds.length + i] = receiver.takeFd(i);
        }
        fds = all;
    }

    /** Takes over everything that another bundle holds, which is empty afterwards. */
    public void moveFrom(ReceivedFds other) {
        close();
        fds = other.fds;
        truncated = other.truncated;
        other.fds = NONE;
        other.truncated = false;
    }

    @Override
    public void close() {
        for (Fd fd : fds) {
            if (fd != null) {
                fd.close();
            }
        }
        fds = NONE;
        truncated = false;
    }
}
