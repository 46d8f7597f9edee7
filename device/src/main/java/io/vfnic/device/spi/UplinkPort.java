package io.vfnic.device.spi;

import io.vfnic.device.frame.FrameView;

/**
 * The wire side of the card's port: what the frames go out to that leave the card, and come in from.
 * <p>
 * Threading: one engine agent owns the port and calls {@link #send}, {@link #flush} and {@link #receive}, in its duty
 * cycle: they do not block, allocate, lock or log in normal traffic, and report what goes wrong by their results. The
 * port's own threads, if it has any, call the {@link LinkListener}. Frames are whole Ethernet frames without the CRC,
 * VLAN tags in place.
 */
public interface UplinkPort {
    /** What became of a frame. */
    enum Sent {
        /** It is out, or will be at the next {@link UplinkPort#flush}. */
        SENT,
        /** The far side takes no more for now: the frame is lost. */
        FULL,
        /** There is nobody to take it. */
        LINK_DOWN,
        /** The far side does not want a frame like this one, or failed to take it. */
        REFUSED
    }

    /** Takes frames that have come in. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes a frame. What the far side says of it is checked by the receiver, whatever it is.
         *
         * @param address of the first byte, in this process; the frame is valid during the call and may be changed.
         * @param length  bytes of it, 1 or more.
         * @param offload what the far side has left to do; valid during the call.
         */
        void receive(long address, int length, FrameOffload offload);
    }

    /** Hears of the link. */
    @FunctionalInterface
    interface LinkListener {
        /** The link is up or down now. Called by any thread, one at a time; may take a lock for a moment. */
        void linkChanged(boolean up);
    }

    /** What the user calls it, as in {@code tap:tap0}. */
    String name();

    /**
     * Whether {@link #send} takes frames whose checksum is left to the far side, and sends over TCP that the far side
     * is to segment. If not, every frame is complete.
     */
    boolean takesOffloads();

    /**
     * Sends a frame, now or with the next {@link #flush}.
     *
     * @param frame   valid during the call; it must be as it was when this returns.
     * @param offload what is left to do; says nothing where {@link #takesOffloads()} is false.
     */
    Sent send(FrameView frame, FrameOffload offload);

    /** The agent has no more to send for the moment: called after one or more calls of {@link #send}. */
    void flush();

    /**
     * Hands over frames that have come in.
     *
     * @param budget how many at the most.
     * @return how much was done; 0 where nothing has come.
     */
    int receive(Receiver receiver, int budget);

    /**
     * Where the port's agent sleeps. A port that frames come in to returns one that wakes up for them, for the agent
     * looks at a port only when it is awake.
     */
    Parker parker();

    /**
     * Begins to report the link: its state now, before this returns, and every change of it. Called once; until then
     * the link is taken to be down.
     */
    void start(LinkListener listener);

    /**
     * Why the link is down, in a few words for operators; empty while it is up. Changes before the listener is told.
     * Any thread may ask.
     */
    String whyDown();

    /**
     * Frames that came for the port and were lost before {@link #receive} could hand them over, as far as the port
     * hears of such; only grows. Any thread may ask.
     */
    default long missed() {
        return 0;
    }
}
