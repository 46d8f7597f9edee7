package io.vfnic.device.spi;

/** What an interrupt vector is wired to: an eventfd of the client. */
public interface InterruptSignal {
    /** Raises the interrupt. Called by engine agents: does not block, allocate or throw; safe from any thread. */
    void raise();
}
