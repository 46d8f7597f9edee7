package io.vfnic.device.engine;

import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;

/**
 * What the PF has of interrupts beside its vectors.
 *
 * @param causes ICR and its kin.
 * @param legacy the one interrupt of INTx and MSI mode.
 */
public record PortInterrupts(PortCauses causes, VectorUnit legacy) {
}
