package io.vfnic.device.filter;

/** What the queue filters say of one frame. Reused; one agent's. */
public final class FilterMatch {
    /** {@link #etherType()} and {@link #queue()} where no filter decides. */
    public static final int NONE = -1;

    private int etherType = NONE;
    private int queue = NONE;
    private boolean timeSync;
    private boolean immediate;

    void clear() {
        etherType = NONE;
        queue = NONE;
        timeSync = false;
        immediate = false;
    }

    void etherType(int filter) {
        etherType = filter;
    }

    /** Takes a filter's queue, unless one that goes before it has decided. */
    void queue(int choice) {
        if (queue == NONE) {
            queue = choice;
        }
    }

    void markTimeSync() {
        timeSync = true;
    }

    void markImmediate() {
        immediate = true;
    }

    /** Number of the EtherType filter that matches, 0 to 7, or {@link #NONE}. */
    public int etherType() {
        return etherType;
    }

    /** The device queue that a filter chooses, 0 to 15, or {@link #NONE}. */
    public int queue() {
        return queue;
    }

    /** Whether a filter for time synchronisation matches. */
    public boolean isTimeSync() {
        return timeSync;
    }

    /** Whether the frame's interrupt may not wait (low latency interrupt). */
    public boolean isImmediate() {
        return immediate;
    }
}
