/**
 * The main program ({@link io.vfnic.server.Vfnic}) and the card behind its sockets ({@link
 * io.vfnic.server.CardServer}). The packages below do the parts: {@code posix} system calls, {@code transport} bytes
 * and descriptors, {@code session} vfio-user commands, {@code uplink} the wire side of the port, {@code control} the
 * operators' requests, {@code metrics}, {@code jfr} and {@code log} what is told of a card, {@code cli} the command
 * line with its {@code config} files, {@code manual} and {@code pcapng} files. Only this package makes a card.
 */
package io.vfnic.server;
