package io.vfnic.device.pci;

/**
 * MSI-X (PCI 3.0, 6.8.2).
 *
 * @param vectors     1 to 2,048.
 * @param tableBar    BAR that holds the table.
 * @param tableOffset where in it, a multiple of 8.
 * @param pbaBar      BAR that holds the pending bit array.
 * @param pbaOffset   where in it, a multiple of 8.
 */
public record MsixCapability(int vectors, int tableBar, int tableOffset, int pbaBar, int pbaOffset)
    implements Capability {
    /** Message control, 16 bits. */
    public static final int MESSAGE_CONTROL = 0x02;
    private static final int TABLE = 0x04;
    private static final int PENDING_BITS = 0x08;
    /** MSI-X enable (15) and function mask (14). */
    private static final int CONTROL_WRITABLE = 0xC000;

    /** Checks the ranges. */
    public MsixCapability {
        if (vectors < 1 || vectors > 2048 || (tableOffset & 7) != 0 || (pbaOffset & 7) != 0) {
            throw new IllegalArgumentException("MSI-X of " + vectors + " vectors");
        }
    }

    @Override
    public int id() {
        return 0x11;
    }

    @Override
    public int length() {
        return 0x0C;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.word(MESSAGE_CONTROL, vectors - 1, CONTROL_WRITABLE);
        fields.dword(TABLE, tableOffset | tableBar, 0);
        fields.dword(PENDING_BITS, pbaOffset | pbaBar, 0);
    }
}
