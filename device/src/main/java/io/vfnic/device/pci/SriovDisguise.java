package io.vfnic.device.pci;

import org.agrona.MutableDirectBuffer;

import java.nio.ByteOrder;

/**
 * Makes the SR-IOV and ARI capabilities visible through an unmodified QEMU.
 * <p>
 * QEMU walks the extended capabilities once, in a copy of the whole configuration space that it reads at start, and
 * leaves those two out of the list for its guest. Of each header it keeps only the next pointer; the ID of any but the
 * first is read from us when the guest asks for it. So the one long read shows the two under the vendor-specific ID, which
 * QEMU keeps, and the guest's reads, of 4 bytes at the most, show what they are. A client that drops neither needs none
 * of this.
 */
public final class SriovDisguise {
    private static final int VENDOR_SPECIFIC = 0x000B;
    private static final int LONGEST_GUEST_READ = 8;

    private SriovDisguise() { }

    /** Changes the IDs in what a read of configuration space has copied, if the read is not a guest's. */
    public static void apply(MutableDirectBuffer copy, int index, int offset, int length, int... capabilities) {
        if (length <= LONGEST_GUEST_READ) {
            return;
        }
        for (int capability : capabilities) {
            if (capability >= offset && capability + Short.BYTES <= offset + length) {
                copy.putShort(index + capability - offset, (short)VENDOR_SPECIFIC, ByteOrder.LITTLE_ENDIAN);
            }
        }
    }
}
