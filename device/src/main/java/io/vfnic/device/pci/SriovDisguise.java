package io.vfnic.device.pci;

import java.nio.ByteOrder;
import java.util.Locale;
import org.agrona.MutableDirectBuffer;

/**
 * How the SR-IOV and ARI capabilities are shown, so that they become visible to a guest.
 * <p>
 * QEMU walks the extended capabilities once, in a copy of the whole configuration space that it reads at start, and
 * leaves those two out of the list for its guest. Of each header it keeps only the next pointer; the ID of any but the
 * first is read from us when the guest asks for it. So the one long read shows the two under the vendor-specific ID,
 * which QEMU keeps, and the guest's reads, of 4 bytes at the most, show what they are. A client that drops neither
 * needs none of this.
 * <p>
 * VFs need it for ARI, too: UEFI firmware gives up a bus on which only some of the functions have that capability.
 */
public enum SriovDisguise {
    /** For an unmodified QEMU. */
    QEMU,
    /** As they are, in every read. */
    PLAIN;

    private static final int VENDOR_SPECIFIC = 0x000B;
    private static final int LONGEST_GUEST_READ = 8;
    private static final int FIRST_EXTENDED = 0x100;
    private static final int ID_MASK = 0xFFFF;
    private static final int NEXT_SHIFT = 20;

    /** The word that users have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Changes IDs in what a read of configuration space has copied, if the read is not a guest's.
     *
     * @param index  where in {@code copy} the first byte is.
     * @param offset of that byte in {@code config}.
     * @param length of the read, bytes.
     */
    public void apply(ConfigSpace config, MutableDirectBuffer copy, int index, int offset, int length) {
        if (this == PLAIN || length <= LONGEST_GUEST_READ) {
            return;
        }
        int capability = FIRST_EXTENDED;
        while (capability != 0) {
            int header = config.get(capability, Integer.BYTES);
            boolean isCopied = capability >= offset && capability + Short.BYTES <= offset + length;
            if (isCopied && isDroppedByQemu(header & ID_MASK)) {
                copy.putShort(index + capability - offset, (short)VENDOR_SPECIFIC, ByteOrder.LITTLE_ENDIAN);
            }
            capability = header >>> NEXT_SHIFT;
        }
    }

    private static boolean isDroppedByQemu(int id) {
        return id == SriovCapability.ID || id == AriCapability.ID;
    }
}
