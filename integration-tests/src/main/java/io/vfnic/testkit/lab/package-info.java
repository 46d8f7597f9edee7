/**
 * Real guests on stock QEMU (in the guest-lab image, through Testcontainers), and the card's server as a real process.
 * Tests of this project and of others may call it. It drives the card only from outside, through sockets, processes and
 * guests, and knows nothing of its classes.
 */
package io.vfnic.testkit.lab;
