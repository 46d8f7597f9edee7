/**
 * Registers as data: declarations ({@link io.vfnic.device.register.Register}), tables of them, and the spaces through
 * which a function's accesses are dispatched, stored, counted and traced. Called by register blocks and sessions;
 * knows nothing of the 82576 nor of any other package of ours.
 */
package io.vfnic.device.register;
