/**
 * Uplinks: the wire side of the card's port as Linux has it, one kind a class, and how a user names them. The server
 * makes one and gives it to the card, whose agent calls it ({@link io.vfnic.device.spi.UplinkPort}). Knows of the
 * device its SPI and frames, nothing of sessions or the control plane.
 */
package io.vfnic.server.uplink;
