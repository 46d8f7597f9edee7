/**
 * The card: a multi-function Intel 82576 and what joins its parts ({@link io.vfnic.device.Card}).
 * The server builds one and drives it through {@link io.vfnic.device.spi}. Nothing in here knows of sockets or Netty.
 */
package io.vfnic.device;
