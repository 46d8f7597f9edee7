/**
 * The requests of the control plane that watch a card: events, traces, captured frames, dumps
 * ({@link io.vfnic.server.control.watch.WatchRequests}). A thread of its own takes what the card has recorded, puts it
 * into messages and hands them to the control plane's streams; neither the card nor the control plane waits for it.
 */
package io.vfnic.server.control.watch;
