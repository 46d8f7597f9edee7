/**
 * The port between the engine and an {@link io.vfnic.device.spi.UplinkPort}: makes frames of what comes in, hands out
 * what goes out, counts both. One agent's, but for the counters, which anyone may read. Knows frames and the SPI,
 * nothing of pools or the switch.
 */
package io.vfnic.device.uplink;
