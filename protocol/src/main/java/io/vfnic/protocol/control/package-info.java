/**
 * The control plane on the wire: how its messages are framed and checked. The messages themselves are generated from
 * {@code src/main/proto} ({@link io.vfnic.protocol.control.v1}), where their conventions stand. Server and clients call
 * it; it knows nothing of sockets or of the card.
 */
package io.vfnic.protocol.control;
