package io.vfnic.device.pci;

/** PCI Express capability, version 2, of an endpoint with function level reset (PCIe 2.0, 7.8). */
public record ExpressCapability() implements Capability {
    /** Device control, 16 bits. */
    public static final int DEVICE_CONTROL = 0x08;
    /** Device control: initiate function level reset; always reads 0. */
    public static final int INITIATE_FLR = 1 << 15;

    private static final int CAPABILITIES = 0x02;
    private static final int DEVICE_CAPABILITIES = 0x04;
    private static final int DEVICE_STATUS = 0x0A;
    private static final int LINK_CAPABILITIES = 0x0C;
    private static final int LINK_CONTROL = 0x10;
    private static final int LINK_STATUS = 0x12;
    private static final int DEVICE_CAPABILITIES_2 = 0x24;
    private static final int DEVICE_CONTROL_2 = 0x28;

    /** Version 2, endpoint. */
    private static final int VERSION_2_ENDPOINT = 0x0002;
    /** Payloads to 512 bytes, L0s and L1 latencies of the 82576, role-based errors (15), FLR (28). */
    private static final int DEVICE_CAPABILITIES_VALUE = 0x10008CC2;
    /** Relaxed ordering and no-snoop enabled, read requests to 512 bytes (PCIe 2.0, 7.8.4 defaults). */
    private static final int DEVICE_CONTROL_RESET = 0x2810;
    /** Everything but extended tags, phantom functions and auxiliary power, which the card lacks, and the FLR bit. */
    private static final int DEVICE_CONTROL_WRITABLE = 0x78FF;
    private static final int DEVICE_STATUS_ERRORS = 0x000F;
    /** Four lanes at 2.5 GT/s, ASPM L0s. */
    private static final int LINK_CAPABILITIES_VALUE = 0x00000441;
    private static final int LINK_CONTROL_WRITABLE = 0x00C3;
    private static final int LINK_STATUS_VALUE = 0x0041;
    /** Completion timeout ranges A to D and the disabling of the timeout. */
    private static final int DEVICE_CAPABILITIES_2_VALUE = 0x0000001F;
    private static final int DEVICE_CONTROL_2_WRITABLE = 0x001F;

    @Override
    public int id() {
        return 0x10;
    }

    @Override
    public int length() {
        return 0x3C;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.word(CAPABILITIES, VERSION_2_ENDPOINT, 0);
        fields.dword(DEVICE_CAPABILITIES, DEVICE_CAPABILITIES_VALUE, 0);
        fields.word(DEVICE_CONTROL, DEVICE_CONTROL_RESET, DEVICE_CONTROL_WRITABLE);
        fields.wordWrite1ToClear(DEVICE_STATUS, DEVICE_STATUS_ERRORS);
        fields.dword(LINK_CAPABILITIES, LINK_CAPABILITIES_VALUE, 0);
        fields.word(LINK_CONTROL, 0, LINK_CONTROL_WRITABLE);
        fields.word(LINK_STATUS, LINK_STATUS_VALUE, 0);
        fields.dword(DEVICE_CAPABILITIES_2, DEVICE_CAPABILITIES_2_VALUE, 0);
        fields.word(DEVICE_CONTROL_2, 0, DEVICE_CONTROL_2_WRITABLE);
    }
}
