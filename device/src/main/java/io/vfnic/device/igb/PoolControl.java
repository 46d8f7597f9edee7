package io.vfnic.device.igb;

/**
 * What register writes ask of the engine agent that owns a pool's queues. Calls return at once; what stops DMA is
 * complete when the function's port is quiet again. Callable from any session's event loop.
 */
public interface PoolControl {
    /** The pool of a function that does not exist. */
    PoolControl NONE = new PoolControl() {
        @Override
        public void doorbell() {
        }

        @Override
        public void receiveTailMoved() {
        }

        @Override
        public void queueControlChanged() {
        }

        @Override
        public void interruptsChanged() {
        }

        @Override
        public void resetQueues() {
        }

        @Override
        public void own(int queues) {
        }
    };

    /** A transmit tail moved: a hint, the agent reads the tail itself. */
    void doorbell();

    /** A receive tail moved, in the page already: of interest only where frames wait for descriptors. */
    void receiveTailMoved();

    /** RXDCTL or TXDCTL of one of the pool's queues was written; the agent starts or stops the queue. */
    void queueControlChanged();

    /** EICS, EIMS or EITR was written, or another cause was set: the agent looks whether an interrupt is due. */
    void interruptsChanged();

    /** Stops all queues of the pool at once, forgets their heads and contexts and clears the pages' ENABLE bits. */
    void resetQueues();

    /**
     * Which of the card's queues are the function's from now on: bit q for device queue q. It stops those that it
     * loses, whose registers are another's then but for the head, and runs those that it gains when their former owner
     * has stopped them; until then it is not quiet.
     */
    void own(int queues);
}
