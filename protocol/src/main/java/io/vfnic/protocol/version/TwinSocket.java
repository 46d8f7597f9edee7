package io.vfnic.protocol.version;

/**
 * The capability {@code twin_socket}: server-to-client commands on a socket of their own.
 *
 * @param supported whether the sender can do it.
 * @param fdIndex   in a reply, which of its file descriptors is that socket; {@link #NO_FD} if not given.
 */
public record TwinSocket(boolean supported, int fdIndex) {
    /** No index given. */
    public static final int NO_FD = -1;
    /** What holds where the capability is absent. */
    public static final TwinSocket UNSUPPORTED = new TwinSocket(false, NO_FD);
    /** A client's offer, which names no file descriptor. */
    public static final TwinSocket OFFERED = new TwinSocket(true, NO_FD);
}
