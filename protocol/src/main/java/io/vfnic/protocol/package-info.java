/**
 * The wire format of vfio-user: message flyweights, constants with their numbers, capabilities, errno values.
 * Anyone may use it. It does no I/O and knows nothing of the card.
 */
package io.vfnic.protocol;
