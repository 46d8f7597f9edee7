/**
 * Descriptor flyweights, the receive and transmit queues and the registers they are driven by. Used by the engine's
 * agents and by the register blocks; knows guest memory, interrupts' causes and frames, but no switch and no session.
 */
package io.vfnic.device.ring;
