package io.vfnic.device.pci;

/** Advanced error reporting, version 1 (PCIe 2.0, 7.10). The card raises no error of its own. */
public record AerCapability() implements ExtendedCapability {
    private static final int UNCORRECTABLE_STATUS = 0x04;
    private static final int UNCORRECTABLE_MASK = 0x08;
    private static final int UNCORRECTABLE_SEVERITY = 0x0C;
    private static final int CORRECTABLE_STATUS = 0x10;
    private static final int CORRECTABLE_MASK = 0x14;

    private static final int UNCORRECTABLE_BITS = 0x001FF030;
    /** Default severity (PCIe 2.0, table 7-31): data link, flow control, overflow, malformed TLP are fatal. */
    private static final int UNCORRECTABLE_SEVERITY_RESET = 0x00062030;
    private static final int CORRECTABLE_BITS = 0x000031C1;
    /** Advisory non-fatal errors are masked by default. */
    private static final int CORRECTABLE_MASK_RESET = 0x00002000;

    @Override
    public int id() {
        return 0x0001;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int length() {
        return 0x2C;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.dwordWrite1ToClear(UNCORRECTABLE_STATUS, UNCORRECTABLE_BITS);
        fields.dword(UNCORRECTABLE_MASK, 0, UNCORRECTABLE_BITS);
        fields.dword(UNCORRECTABLE_SEVERITY, UNCORRECTABLE_SEVERITY_RESET, UNCORRECTABLE_BITS);
        fields.dwordWrite1ToClear(CORRECTABLE_STATUS, CORRECTABLE_BITS);
        fields.dword(CORRECTABLE_MASK, CORRECTABLE_MASK_RESET, CORRECTABLE_BITS);
    }
}
