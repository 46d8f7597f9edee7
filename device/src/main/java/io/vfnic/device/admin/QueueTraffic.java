package io.vfnic.device.admin;

/**
 * What went through a queue since the card was started.
 *
 * @param transmit whether it is a transmit queue, else a receive queue.
 * @param index    the function's number of it.
 * @param frames   delivered to the guest, or taken from it, whatever became of them then; large sends by their
 *                 segments.
 * @param octets   their bytes, without the CRC.
 */
public record QueueTraffic(boolean transmit, int index, long frames, long octets) {
}
