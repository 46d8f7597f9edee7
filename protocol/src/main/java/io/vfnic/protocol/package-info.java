/**
 * The wire format of vfio-user: the message header, the commands and errno values with their numbers, and one package
 * of payload flyweights for each subject. Both ends use the same flyweights: what a client encodes a server decodes.
 * <p>
 * Anyone may use it. It does no I/O, keeps no state between messages and knows nothing of the card.
 * <p>
 * A flyweight is a view: it is wrapped over a buffer, reads and writes little-endian fields in place and allocates
 * nothing. Field offsets are relative to the start of the payload, that is to the byte after the message header.
 * Unsigned 32-bit quantities are returned as {@code long}, so that a hostile value never turns negative; unsigned
 * 64-bit ones as {@code long} bit patterns, to be compared with {@link java.lang.Long#compareUnsigned(long, long)}.
 */
package io.vfnic.protocol;
