package io.vfnic.device.ring;

/** Takes the frames that a transmit queue sends. */
@FunctionalInterface
public interface FrameSink {
    /** Takes one frame; it is valid during the call only. */
    void accept(Frame frame);

    /**
     * Whether a large send may come in one piece, by {@link #acceptLarge}, instead of as segments.
     *
     * @param frame its headers, whose lengths and checksums are not right yet, and all of its payload.
     */
    default boolean wantsLarge(Frame frame) {
        return false;
    }

    /** Takes a large send in one piece; both are valid during the call only. */
    default void acceptLarge(Frame frame, LargeSend send) {
        throw new UnsupportedOperationException("large sends come as segments");
    }
}
