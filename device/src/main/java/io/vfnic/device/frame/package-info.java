/**
 * Frame arithmetic of the card: views of Ethernet frames, checksums, segmentation, VLAN tags, hashes.
 *
 * <p>Everything here works on a frame as the DMA engine holds it: its first bytes in a header scratch buffer that may
 * be edited, the rest in guest memory as a {@link io.vfnic.device.frame.GatherList} of host addresses that the caller
 * has already checked against the guest's mappings. The engine, the rings and the switch call this package. It knows no
 * descriptor, register or queue, allocates nothing after construction and is hostile-input safe: a malformed header has
 * a defined outcome and is never followed outside the frame. Mutable objects here belong to one thread.
 */
package io.vfnic.device.frame;
