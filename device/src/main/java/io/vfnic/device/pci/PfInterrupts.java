package io.vfnic.device.pci;

import java.util.Locale;

/**
 * The best kind of interrupt that the PF offers; the lesser ones are there, too. Drivers take the best they find, so
 * that this is how their other ways are tried.
 */
public enum PfInterrupts {
    /** INTA only. */
    INTX,
    /** One message. */
    MSI,
    /** As the 82576 has it. */
    MSIX;

    /** The word that users have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
