package io.vfnic.device.frame;

import org.agrona.DirectBuffer;

/** Hash of a MAC address into the 4096-bit filter tables MTA and UTA of the 82576. */
public final class MulticastHash {
    private MulticastHash() {
    }

    /**
     * The 12-bit hash: word {@code hash >>> 5}, bit {@code hash & 31} of the table.
     *
     * @param buffer holds the address in wire order
     * @param index index of its first byte; all 6 bytes must be inside the buffer
     * @param multicastOffset field RCTL.MO, 0..3 (only its low two bits count): address bits 47:36, 46:35, 45:34, 43:32
     * @return 0..4095
     */
    public static int of(DirectBuffer buffer, int index, int multicastOffset) {
        int field = multicastOffset & 3;
        int shift = field == 3 ? 8 : field + 4;
        int fifth = buffer.getByte(index + 4) & 0xFF;
        int sixth = buffer.getByte(index + 5) & 0xFF;
        return (fifth >>> 8 - shift | sixth << shift) & 0xFFF;
    }
}
