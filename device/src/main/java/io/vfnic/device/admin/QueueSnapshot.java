package io.vfnic.device.admin;

/**
 * A descriptor ring, as its registers describe it.
 *
 * @param transmit    whether it is a transmit queue, else a receive queue.
 * @param index       the function's number of it.
 * @param deviceQueue the device's number of it, 0 to 15.
 * @param enabled     whether its driver has enabled it.
 * @param base        guest address of the ring (IOVA).
 * @param length      descriptors.
 * @param head        the card's index.
 * @param tail        the driver's index, as the driver wrote it: may exceed the ring.
 */
public record QueueSnapshot(boolean transmit, int index, int deviceQueue, boolean enabled, long base, int length,
    int head, int tail) {
}
