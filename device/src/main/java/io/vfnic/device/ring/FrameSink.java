package io.vfnic.device.ring;

/** Takes the frames that a transmit queue sends. */
@FunctionalInterface
public interface FrameSink {
    /** Takes one frame; it is valid during the call only. */
    void accept(Frame frame);
}
