/**
 * Netty channels over Unix sockets that carry bytes and descriptors together, and the framing of vfio-user messages on
 * them. Sessions and the main program use it. It knows a message's header and nothing of what commands mean.
 */
package io.vfnic.server.transport;
