package io.vfnic.protocol.irq;

/** The indexes of a PCI device's interrupt types, as Linux's VFIO numbers them. */
public final class IrqIndex {
    /** Legacy interrupt line. */
    public static final int INTX = 0;
    /** MSI. */
    public static final int MSI = 1;
    /** MSI-X. */
    public static final int MSIX = 2;
    /** An unrecoverable error. */
    public static final int ERR = 3;
    /** The device is wanted back. */
    public static final int REQ = 4;
    /** How many there are. */
    public static final int COUNT = 5;

    private IrqIndex() {
    }
}
