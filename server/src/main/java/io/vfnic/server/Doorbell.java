package io.vfnic.server;

import java.util.Locale;

/** How a driver's writes to its VF's queue registers, above all to the tails, reach the card. */
public enum Doorbell {
    /**
     * What serves best under QEMU: {@link #TRAP}. QEMU posts trapped writes, but only to devices without any region to
     * map. With mapped queue registers every other write waits for its reply instead, such as the one that unmasks an
     * interrupt after each poll, and a tail in memory wakes no sleeping agent.
     */
    AUTO,
    /** The registers lie in memory that the client maps: a write costs neither an exit nor a message. */
    MMAP,
    /** Each write is a message. */
    TRAP;

    /** The word that users have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isMapped() {
        return this == MMAP;
    }
}
