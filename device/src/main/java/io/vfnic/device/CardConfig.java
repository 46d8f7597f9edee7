package io.vfnic.device;

import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;

/**
 * How a card is made.
 *
 * @param vfs           Virtual Functions, 0 to 7.
 * @param agents        engine agents that share them, 1 to 8.
 * @param idleMode      what the agents do while there is nothing to do.
 * @param maxPauseNanos the longest an idle agent sleeps unless it is rung, nanoseconds.
 * @param guestPf       whether a driver in a guest runs the VFs, through a function of its own, rather than the card's
 *                      own PF driver.
 * @param pfInterrupts  the kinds of interrupts that such a guest finds.
 * @param disguise      how functions show the SR-IOV and ARI capabilities.
 * @param addressSeed   the VFs' MAC addresses derive from it: equal seeds give equal addresses.
 */
public record CardConfig(
    int vfs, int agents, IdleMode idleMode, long maxPauseNanos, boolean guestPf, PfInterrupts pfInterrupts,
    SriovDisguise disguise, long addressSeed) {

    /** VFs of an 82576 when one of its eight pools stays with the PF. */
    public static final int MAX_VFS = 7;
    /** Agents of a card at the most: more than it has functions with queues would have nothing to do. */
    public static final int MAX_AGENTS = 8;
    /** The pause of an agent that nothing but a doorbell needs to end. */
    public static final long DEFAULT_MAX_PAUSE_NANOS = 10_000_000;

    /** @throws IllegalArgumentException where a value is out of its range. */
    public CardConfig {
        if (vfs < 0 || vfs > MAX_VFS) {
            throw new IllegalArgumentException("a card has 0 to " + MAX_VFS + " VFs, not " + vfs);
        }
        if (agents < 1 || agents > MAX_AGENTS) {
            throw new IllegalArgumentException("a card has 1 to " + MAX_AGENTS + " agents, not " + agents);
        }
    }
}
