/**
 * What the outside drives the card through: a session per function ({@link io.vfnic.device.spi.FunctionPort}).
 * The server may call it, from the one event loop that owns the session. It knows nothing of messages or sockets.
 */
package io.vfnic.device.spi;
