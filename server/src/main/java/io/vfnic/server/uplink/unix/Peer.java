package io.vfnic.server.uplink.unix;

import io.vfnic.server.posix.Fd;

/** A peer for as long as it is there. Any thread may find out that it is not, or ask. */
public final class Peer {
    private final Fd fd;
    private final String description;
    private volatile String whyLost;
    private volatile boolean letGo;

    /** @param description who it is, for the log. */
    Peer(Fd fd, String description) {
        this.fd = fd;
        this.description = description;
    }

    /** The socket that leads to it. */
    public Fd fd() {
        return fd;
    }

    /** Gives it up; the first reason stays. */
    public void lose(String reason) {
        if (whyLost == null) {
            whyLost = reason;
        }
    }

    public boolean isLost() {
        return whyLost != null;
    }

    /** Why it is given up; null while it is not. */
    public String whyLost() {
        return whyLost;
    }

    /** Says that the agent, the only one to send and receive, does not use its socket any more. */
    public void letGo() {
        letGo = true;
    }

    public boolean isLetGo() {
        return letGo;
    }

    @Override
    public String toString() {
        return description;
    }
}
