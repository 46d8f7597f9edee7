/**
 * The control plane: a Unix socket through which operators look into the card and change it
 * ({@link io.vfnic.server.control.ControlServer}). It runs on an event loop of its own, calls the card's
 * {@link io.vfnic.device.admin} from there, and knows neither sessions nor the command line. Whoever has more to offer
 * than the requests of this package adds {@link io.vfnic.server.control.RequestHandler}s.
 */
package io.vfnic.server.control;
