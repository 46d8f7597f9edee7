package io.vfnic.device.pci;

/**
 * Alternative routing-ID interpretation (PCIe 2.1, 7.23).
 *
 * @param nextFunction number of the next function, 0 for none.
 */
public record AriCapability(int nextFunction) implements ExtendedCapability {
    /** Extended capability ID. */
    public static final int ID = 0x000E;

    private static final int CAPABILITY = 0x04;

    @Override
    public int id() {
        return ID;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int length() {
        return 0x08;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.word(CAPABILITY, nextFunction << 8, 0);
    }
}
