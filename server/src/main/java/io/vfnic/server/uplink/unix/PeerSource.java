package io.vfnic.server.uplink.unix;

import java.io.IOException;

import io.vfnic.server.posix.Fd;

/** Where an uplink's peers come from, one at a time. One thread's. */
public interface PeerSource extends AutoCloseable {
    /** {@link #attendNanos()} where nothing is to be looked after unless the bell says so. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Looks for a peer, and waits for a moment at the most.
     *
     * @return null where there is none yet.
     * @throws IOException where there is none, saying why.
     */
    Peer seek() throws IOException;

    /**
     * Looks after the peer that is there; called now and then, and when the bell has something to read.
     *
     * @throws IOException where whoever rings could not be seen to, saying why.
     */
    void attend(Peer peer) throws IOException;

    /** How often {@link #attend} is to be called at least, nanoseconds. */
    long attendNanos();

    /** The peer is of no use any more, and nobody uses its socket. */
    void release(Peer peer);

    /** What has something to read when a peer may have come; null where only looking tells. */
    Fd bell();

    @Override
    void close();
}
