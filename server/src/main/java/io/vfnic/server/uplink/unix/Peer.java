package io.vfnic.server.uplink.unix;

import java.io.IOException;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;

/** A peer for as long as it is there. Any thread may find out that it is not, or ask. */
public final class Peer {
    private final Fd fd;
    private final String description;
    private volatile String whyLost;
    private volatile boolean letGo;
    private volatile boolean watched;

    /** @param description who it is, for the log. */
    Peer(Fd fd, String description) {
        this.fd = fd;
        this.description = description;
    }

    /**
     * The process at the other end of a connection.
     *
     * @param socket the peer's from now on; closed where this fails.
     */
    static Peer process(Fd socket) throws IOException {
        try {
            return new Peer(socket, "process " + UnixSockets.peer(socket).pid());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
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

    /** Says that nobody sends or receives any more. */
    public void letGo() {
        letGo = true;
    }

    public boolean isLetGo() {
        return letGo;
    }

    /**
     * Says that somebody is about to wait for its socket, who may do so if this returns true. Safe beside
     * {@link #letGo()}: one of the two sees the other.
     */
    public boolean watch() {
        watched = true;
        if (letGo) {
            watched = false;
        }
        return watched;
    }

    /** The end of what {@link #watch()} has allowed. */
    public void unwatch() {
        watched = false;
    }

    public boolean isWatched() {
        return watched;
    }

    /** Whether its socket can be closed. */
    public boolean isFree() {
        return letGo && !watched;
    }

    @Override
    public String toString() {
        return description;
    }
}
