/**
 * What can be watched of a card: points at which the other rooms record register accesses, mailbox messages,
 * descriptors, interrupts, frames and events ({@link io.vfnic.device.watch.WatchPoint}), and the readers that get the
 * records ({@link io.vfnic.device.watch.WatchReader}). Any room of the card may call it; it knows frames and nothing
 * else, and what the numbers in a record mean is decoded elsewhere.
 */
package io.vfnic.device.watch;
