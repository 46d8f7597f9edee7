/**
 * Uplinks to one other process over Unix sockets: a stream of frames with their lengths before them, as QEMU's
 * {@code -netdev stream} and passt speak it, and datagrams of a frame each, as {@code -netdev dgram} does. The uplinks'
 * factory makes them. They know frames as bytes and nothing of the card.
 */
package io.vfnic.server.uplink.unix;
