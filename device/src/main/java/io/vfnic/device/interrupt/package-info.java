/**
 * Interrupt causes, masks, moderation and delivery. Register blocks and agents may both call it; it knows no other
 * package but the signal of {@link io.vfnic.device.spi}.
 */
package io.vfnic.device.interrupt;
