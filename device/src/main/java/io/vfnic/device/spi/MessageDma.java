package io.vfnic.device.spi;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Guest memory reached by messages to the client. Calls block for a round trip, so only an agent that serves this one
 * function may make them; the session's event loop never does.
 */
public interface MessageDma {
    /**
     * Reads guest memory.
     *
     * @return whether all bytes arrived; false on an error of the client, a time-out or after
     *         {@link #cancel()}.
     */
    boolean read(long iova, MutableDirectBuffer destination, int index, int length);

    /** Writes guest memory; returns as {@link #read} does, when the client has confirmed it. */
    boolean write(long iova, DirectBuffer source, int index, int length);

    /**
     * Makes calls under way and later ones return false at once, until {@link #resume()}: a quiesce must not wait for a
     * client that may itself be waiting for our reply. Called by the session's thread.
     */
    void cancel();

    /** Lets calls go through again. Called by the agent when it has passed a quiesce point. */
    void resume();
}
