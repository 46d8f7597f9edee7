/**
 * The port's IEEE 1588 clock and the timestamps that it takes of frames. Register blocks set it, engine agents stamp
 * with it; knows frames and the one clock that everything else goes by, and no other package.
 */
package io.vfnic.device.time;
