package io.vfnic.device.spi;

/** What the host does with the threads of the engine's agents, such as binding each to a processor. */
@FunctionalInterface
public interface AgentThreads {
    /** Leaves the threads as they are. */
    AgentThreads PLAIN = agent -> {
    };

    /**
     * Called by an agent's own thread, once, before it does anything else.
     *
     * @param agent the agent's number, from 0 to the card's agents; {@link #EXTRA} for one that was started later, for
     *              a client whose memory is reached by messages.
     */
    void started(int agent);

    /** Stands for every agent beyond those that the card was started with. */
    int EXTRA = -1;
}
