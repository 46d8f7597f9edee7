/**
 * A vfio-user client for tests and load: it connects to a function's socket, sends any message, well-formed or not,
 * receives replies and serves the server's DMA messages from the guest memory it was given. It knows the protocol and
 * nothing of the card.
 */
package io.vfnic.testkit.client;
