package io.vfnic.device.pci;

/** MSI of one vector, with a 64-bit address and a mask bit (PCI 3.0, 6.8.1). */
public record MsiCapability() implements Capability {
    /** Message control, 16 bits. */
    public static final int MESSAGE_CONTROL = 0x02;
    /** Message control: MSI enable. */
    public static final int ENABLE = 1;

    private static final int ADDRESS = 0x04;
    private static final int ADDRESS_HIGH = 0x08;
    private static final int DATA = 0x0C;
    private static final int MASK = 0x10;
    /** 64-bit address (7), per-vector masking (8). */
    private static final int CONTROL_VALUE = 0x0180;
    /** Enable and the number of vectors that software allocates. */
    private static final int CONTROL_WRITABLE = 0x0071;

    @Override
    public int id() {
        return 0x05;
    }

    @Override
    public int length() {
        return 0x18;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.word(MESSAGE_CONTROL, CONTROL_VALUE, CONTROL_WRITABLE);
        fields.dword(ADDRESS, 0, 0xFFFFFFFC);
        fields.dword(ADDRESS_HIGH, 0, -1);
        fields.word(DATA, 0, 0xFFFF);
        fields.dword(MASK, 0, 1);
    }
}
