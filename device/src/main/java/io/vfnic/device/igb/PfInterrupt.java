package io.vfnic.device.igb;

/** How the PF's driver hears of the causes that are not queues' (ICR). */
@FunctionalInterface
public interface PfInterrupt {
    /** ICR.LSC: the link came up or went down. */
    int LINK_STATUS_CHANGE = 1 << 2;
    /** ICR.VMMB: a VF wrote its mailbox or was reset; which, say MBVFICR and VFLRE. */
    int VM_MAILBOX = 1 << 8;

    /** Causes were set. Called with the control lock held, by the thread whose access set them. */
    void raised(int causes);
}
