package io.vfnic.device.pci;

/** PCI power management, version 3 (PCI PM 1.2, 3.2): D0 and D3hot, device specific initialisation. */
public record PowerManagementCapability() implements Capability {
    /** Power management control and status (PMCSR), 16 bits. */
    public static final int CONTROL_STATUS = 0x04;

    private static final int CAPABILITIES = 0x02;
    /** Version 3 and DSI; no wake-up, the card has no auxiliary power. */
    private static final int CAPABILITIES_VALUE = 0x0023;
    private static final int CONTROL_STATE = 0x0003;
    /** No_Soft_Reset: registers survive D3hot. */
    private static final int CONTROL_NO_SOFT_RESET = 1 << 3;

    @Override
    public int id() {
        return 0x01;
    }

    @Override
    public int length() {
        return 0x08;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.word(CAPABILITIES, CAPABILITIES_VALUE, 0);
        fields.word(CONTROL_STATUS, CONTROL_NO_SOFT_RESET, CONTROL_STATE);
    }
}
