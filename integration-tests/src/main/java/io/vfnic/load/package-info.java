/**
 * The load driver: drives Virtual Functions and the Physical Function as a poll-mode driver does, without a guest, and
 * tells packets per second, bits per second and latencies. A program of its own ({@code integration-tests/load}); it
 * knows the card by its sockets alone.
 * <p>
 * One thread does all of it. Once the rings are set up, nothing is allocated: what is measured is the card.
 */
package io.vfnic.load;
