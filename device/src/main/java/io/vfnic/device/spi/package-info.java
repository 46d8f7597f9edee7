/**
 * What the outside drives the card through: a session per function ({@link io.vfnic.device.spi.FunctionPort}), called
 * by the one event loop that owns the session; and what the card sends through to the outside: an uplink ({@link
 * io.vfnic.device.spi.UplinkPort}), called by the one agent that owns it. It knows nothing of messages or sockets, and
 * of the rest of the device frames only.
 */
package io.vfnic.device.spi;
