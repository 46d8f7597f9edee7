/**
 * Events of the JDK's Flight Recorder: what happens to the card, while and as far as a recording wants it. Reads the
 * card's watch points; without a recording nothing runs and nothing is watched. The engine's own events are in {@code
 * io.vfnic.device.jfr}.
 */
package io.vfnic.server.jfr;
