/**
 * The main program ({@link io.vfnic.server.Vfnic}) and the card behind its sockets ({@link
 * io.vfnic.server.CardServer}). The packages below do the parts: {@code posix} system calls, {@code transport} bytes
 * and descriptors, {@code session} vfio-user commands, {@code cli} the command line.
 */
package io.vfnic.server;
