package io.vfnic.device.pci;

/**
 * Single root I/O virtualisation (SR-IOV 1.1, 3.3) as an 82576 announces it: VFs of device ID 10CAh from routing offset
 * 80h on, every second one. They have one 32-bit memory BAR each, as {@link VirtualFunctionConfig} explains.
 *
 * @param functionLink function number of the PF.
 * @param totalVfs     how many VFs the card has.
 * @param vfBarLength  bytes of a VF's BAR0, a power of two from 4,096 on.
 */
public record SriovCapability(int functionLink, int totalVfs, int vfBarLength) implements ExtendedCapability {
    /** Extended capability ID. */
    public static final int ID = 0x0010;
    /** Control, 16 bits. */
    public static final int CONTROL = 0x08;
    /** Control: VF enable. */
    public static final int CONTROL_VF_ENABLE = 1;
    /** Control: VF memory space enable. */
    public static final int CONTROL_VF_MEMORY = 1 << 3;
    /** Number of VFs that VF enable brings up, 16 bits. */
    public static final int NUM_VFS = 0x10;

    /** VF BAR0, 32 bits: where VF 0 is; those after it follow one behind the other. */
    public static final int VF_BAR0 = 0x24;

    private static final int INITIAL_VFS = 0x0C;
    private static final int TOTAL_VFS = 0x0E;
    private static final int FUNCTION_LINK = 0x12;
    private static final int FIRST_VF_OFFSET = 0x14;
    private static final int VF_STRIDE = 0x16;
    private static final int VF_DEVICE_ID = 0x1A;
    private static final int SUPPORTED_PAGE_SIZES = 0x1C;
    private static final int SYSTEM_PAGE_SIZE = 0x20;

    /** VF enable, VF memory space enable and the ARI capable hierarchy bit; no migration. */
    private static final int CONTROL_WRITABLE = 0x0019;
    /** 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB, 4 MiB: what the specification demands. */
    private static final int PAGE_SIZES = 0x0553;

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
        return 0x40;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.word(CONTROL, 0, CONTROL_WRITABLE);
        fields.word(INITIAL_VFS, totalVfs, 0);
        fields.word(TOTAL_VFS, totalVfs, 0);
        fields.word(NUM_VFS, 0, 0xFFFF);
        fields.word(FUNCTION_LINK, functionLink, 0);
        fields.word(FIRST_VF_OFFSET, 0x80, 0);
        fields.word(VF_STRIDE, 2, 0);
        fields.word(VF_DEVICE_ID, 0x10CA, 0);
        fields.dword(SUPPORTED_PAGE_SIZES, PAGE_SIZES, 0);
        fields.dword(SYSTEM_PAGE_SIZE, 1, PAGE_SIZES);
        fields.dword(VF_BAR0, 0, -vfBarLength);
    }
}
