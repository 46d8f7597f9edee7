package io.vfnic.device.pci;

import java.util.function.IntConsumer;

/**
 * The configuration space of a VF as an ordinary function: real IDs, a working memory enable bit and a BAR that can be
 * sized, where a VF inside an SR-IOV device would read FFFFh and 0. Capabilities lie where the 82576 has them.
 * <p>
 * BAR0 is one 32 KiB range for registers, MSI-X table and PBA, instead of silicon's two of 16 KiB: only so do the BARs
 * of neighbouring VFs come out contiguous, as the PF's SR-IOV capability announces them, when firmware places them.
 */
public final class VirtualFunctionConfig {
    /** Bytes of BAR0. */
    public static final int BAR0_LENGTH = 0x8000;
    /** Bytes of BAR0 that are registers. */
    public static final int REGISTERS_LENGTH = 0x4000;
    /** MSI-X table, in BAR0. */
    public static final int MSIX_TABLE_OFFSET = 0x4000;
    /** MSI-X pending bits, in BAR0. */
    public static final int MSIX_PBA_OFFSET = 0x6000;
    /** MSI-X vectors. */
    public static final int MSIX_VECTORS = 3;
    /** MSI-X capability. */
    public static final int MSIX_CAPABILITY = 0x70;
    /** PCI Express capability. */
    public static final int EXPRESS_CAPABILITY = 0xA0;

    private static final int AER_CAPABILITY = 0x100;
    private static final int ARI_CAPABILITY = 0x150;

    private VirtualFunctionConfig() { }

    /** A VF's configuration space at its reset values. */
    public static ConfigSpace create() {
        return new ConfigSpaceBuilder()
            .id(0x8086, 0x10CA)
            .classCode(0x01, 0x020000)
            .subsystem(0x8086, 0xA03C)
            .memoryBar(0, BAR0_LENGTH)
            .capability(MSIX_CAPABILITY,
                new MsixCapability(MSIX_VECTORS, 0, MSIX_TABLE_OFFSET, 0, MSIX_PBA_OFFSET))
            .capability(EXPRESS_CAPABILITY, new ExpressCapability())
            .extended(AER_CAPABILITY, new AerCapability())
            .extended(ARI_CAPABILITY, new AriCapability(0))
            .build();
    }

    /** Calls {@code changed} with BAR0 after each write to it. */
    public static void onBarWrite(ConfigSpace config, IntConsumer changed) {
        config.onWrite(ConfigSpaceBuilder.BAR0, 4, (before, written, after) -> changed.accept(after));
    }

    /** Calls {@code reset} when the guest initiates a function level reset. */
    public static void onFunctionLevelReset(ConfigSpace config, Runnable reset) {
        config.onWrite(EXPRESS_CAPABILITY + ExpressCapability.DEVICE_CONTROL, 2, (before, written, after) -> {
            if ((written & ExpressCapability.INITIATE_FLR) != 0) {
                reset.run();
            }
        });
    }

    /** Calls {@code changed} with COMMAND when a write has changed it. */
    public static void onCommandChange(ConfigSpace config, IntConsumer changed) {
        config.onWrite(ConfigSpaceBuilder.COMMAND, 2, (before, written, after) -> {
            if (before != after) {
                changed.accept(after);
            }
        });
    }
}
