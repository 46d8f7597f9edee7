package io.vfnic.device.spi;

/** What the card may ask of the client that has taken a function. All methods may be called from any agent's thread. */
public interface ClientLink
{
    /**
     * The function cannot go on with this client (its guest memory vanished, for example): the session says so in its
     * log and closes the connection, which leads to {@link FunctionPort#detach()}. Repeated calls do nothing.
     *
     * @param reason in words a user understands.
     */
    void fail(String reason);

    /** Access to guest memory that is not mapped in this process. */
    MessageDma messageDma();
}
