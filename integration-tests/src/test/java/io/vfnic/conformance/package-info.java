/**
 * The running server, over real sockets, against the vfio-user specification, libvfio-user's answers to malformed
 * messages and the habits of stock QEMU. Each test starts a card inside this process and talks to it with the test
 * kit's client. The module's {@code CONFORMANCE.md} lists what is known to go wrong between vfio-user servers and
 * clients, and which test holds the server to it.
 */
package io.vfnic.conformance;
