/**
 * Events of the JDK's Flight Recorder that only the engine can tell of. An event that nobody records costs a check. It
 * knows nothing of ours.
 */
package io.vfnic.device.jfr;
