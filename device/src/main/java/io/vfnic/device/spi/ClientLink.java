package io.vfnic.device.spi;

/** What the card may ask of the client that has taken a function. All methods may be called from any agent's thread. */
public interface ClientLink {
    /** The client's process, as this one knows it; 0 where it cannot. Functions of one machine have one in common. */
    int process();

    /** What the client's process is called; empty where that cannot be known. */
    default String processName() {
        return "";
    }

    /**
     * The function cannot go on with this client (its guest memory vanished, for example): the session says so in its
     * log and closes the connection, which leads to {@link FunctionPort#detach()}. Repeated calls do nothing.
     *
     * @param reason in words a user understands.
     */
    void fail(String reason);

    /**
     * An agent met a fault in mapped guest memory and cannot tell whose: the session looks whether the files behind its
     * client's ranges are still as long as they were mapped, and {@linkplain #fail(String) fails} where one is not.
     */
    void checkMemory();

    /** Access to guest memory that is not mapped in this process. */
    MessageDma messageDma();
}
