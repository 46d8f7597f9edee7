/**
 * The 82576's registers, one file per register block, as the PF and as each VF sees them: views of one state.
 * Called by a function's session for register accesses and by the headless PF driver; knows registers, interrupts and
 * the queues' register pages, and reaches the engine through {@link io.vfnic.device.igb.PoolControl} and through the
 * copies of the switch's registers that it publishes only.
 */
package io.vfnic.device.igb;
