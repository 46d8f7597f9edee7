/**
 * The Linux calls that the JDK does not offer, by the Foreign Function API: Unix sockets with descriptors passed over
 * them, memory mappings, memfds, eventfds, timerfds, network interfaces, taps, packet sockets, terminals, scheduling of
 * threads, word to the service manager; and what /proc tells of processes. Anyone may call it, tests and clients
 * included. It knows nothing of vfio-user, Netty or the card.
 */
package io.vfnic.server.posix;
