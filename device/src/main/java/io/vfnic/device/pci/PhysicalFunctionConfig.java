package io.vfnic.device.pci;

import java.util.function.IntConsumer;

/** The configuration space of the PF. Regions and capabilities lie where the 82576 has them. */
public final class PhysicalFunctionConfig {
    /** The BAR of the registers. */
    public static final int REGISTER_BAR = 0;
    /** Bytes of it. */
    public static final int REGISTER_BAR_LENGTH = 0x20000;
    /** The BAR of the flash. */
    public static final int FLASH_BAR = 1;
    /** Bytes of it. */
    public static final int FLASH_BAR_LENGTH = 0x20000;
    /** The BAR of the I/O ports that reach the registers. */
    public static final int IO_BAR = 2;
    /** Bytes of it. */
    public static final int IO_BAR_LENGTH = 32;
    /** The BAR of MSI-X table and PBA. */
    public static final int MSIX_BAR = 3;
    /** Bytes of it. */
    public static final int MSIX_BAR_LENGTH = 0x4000;
    /** MSI-X vectors. */
    public static final int MSIX_VECTORS = 10;
    /** Power management capability. */
    public static final int POWER_CAPABILITY = 0x40;
    /** MSI capability. */
    public static final int MSI_CAPABILITY = 0x50;
    /** MSI-X capability. */
    public static final int MSIX_CAPABILITY = 0x70;
    /** PCI Express capability. */
    public static final int EXPRESS_CAPABILITY = 0xA0;
    /** ARI capability. */
    public static final int ARI_CAPABILITY = 0x150;
    /** SR-IOV capability. */
    public static final int SRIOV_CAPABILITY = 0x160;

    private static final int AER_CAPABILITY = 0x100;
    private static final int SERIAL_NUMBER_CAPABILITY = 0x140;
    private static final int MSIX_PBA_OFFSET = 0x2000;
    private static final int INTA = 1;
    private static final int MSIX_ENABLE = 1 << 15;

    private PhysicalFunctionConfig() { }

    /**
     * The PF's configuration space at its reset values.
     *
     * @param mac        the PF's address, 48 bits: the serial number is made of it.
     * @param totalVfs   how many VFs the card has; 0 leaves the SR-IOV capability out.
     * @param interrupts which of MSI and MSI-X it has.
     */
    public static ConfigSpace create(long mac, int totalVfs, PfInterrupts interrupts) {
        ConfigSpaceBuilder builder = new ConfigSpaceBuilder()
            .id(0x8086, 0x10C9)
            .classCode(0x01, 0x020000)
            .subsystem(0x8086, 0xA03C)
            .interruptPin(INTA)
            .memoryBar(REGISTER_BAR, REGISTER_BAR_LENGTH)
            .memoryBar(FLASH_BAR, FLASH_BAR_LENGTH)
            .ioBar(IO_BAR, IO_BAR_LENGTH)
            .memoryBar(MSIX_BAR, MSIX_BAR_LENGTH)
            .capability(POWER_CAPABILITY, new PowerManagementCapability());
        if (interrupts != PfInterrupts.INTX) {
            builder.capability(MSI_CAPABILITY, new MsiCapability());
        }
        if (interrupts == PfInterrupts.MSIX) {
            builder.capability(
                MSIX_CAPABILITY, new MsixCapability(MSIX_VECTORS, MSIX_BAR, 0, MSIX_BAR, MSIX_PBA_OFFSET));
        }
        builder.capability(EXPRESS_CAPABILITY, new ExpressCapability())
            .extended(AER_CAPABILITY, new AerCapability())
            .extended(SERIAL_NUMBER_CAPABILITY, new SerialNumberCapability(mac))
            .extended(ARI_CAPABILITY, new AriCapability(0));
        if (totalVfs > 0) {
            builder.extended(
                SRIOV_CAPABILITY, new SriovCapability(0, totalVfs, VirtualFunctionConfig.BAR0_LENGTH));
        }
        return builder.build();
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

    /** Calls {@code changed} with the number of VFs that the guest has enabled, 0 where VF enable is off. */
    public static void onVfsChange(ConfigSpace config, int totalVfs, IntConsumer changed) {
        if (totalVfs == 0) {
            return;
        }
        config.onWrite(SRIOV_CAPABILITY + SriovCapability.NUM_VFS, 2, (before, written, after) -> {
            // NumVFs is fixed while VF enable is set, and more than TotalVFs are undefined (SR-IOV 1.1, 3.3.7).
            if (enabledBit(config) != 0) {
                config.set(SRIOV_CAPABILITY + SriovCapability.NUM_VFS, 2, before);
            } else if (after > totalVfs) {
                config.set(SRIOV_CAPABILITY + SriovCapability.NUM_VFS, 2, totalVfs);
            }
        });
        config.onWrite(SRIOV_CAPABILITY + SriovCapability.CONTROL, 2, (before, written, after) -> {
            if (((before ^ after) & SriovCapability.CONTROL_VF_ENABLE) != 0) {
                changed.accept(enabledBit(config) != 0 ? config.get(SRIOV_CAPABILITY + SriovCapability.NUM_VFS, 2) : 0);
            }
        });
    }

    /** Shows in STATUS whether the function asserts INTx. */
    public static void showInterrupt(ConfigSpace config, boolean asserted) {
        final int status = config.get(ConfigSpaceBuilder.STATUS, 2) & ~ConfigSpaceBuilder.STATUS_INTERRUPT;
        config.set(ConfigSpaceBuilder.STATUS, 2, asserted ? status | ConfigSpaceBuilder.STATUS_INTERRUPT : status);
    }

    /** Calls {@code enabled} with VF BAR0 and NumVFs when the VFs' memory begins to answer. */
    public static void onVfMemoryEnable(ConfigSpace config, VfMemoryListener enabled) {
        final int answering = SriovCapability.CONTROL_VF_ENABLE | SriovCapability.CONTROL_VF_MEMORY;
        config.onWrite(SRIOV_CAPABILITY + SriovCapability.CONTROL, 2, (before, written, after) -> {
            if ((before & answering) != answering && (after & answering) == answering) {
                enabled.enabled(vfBar(config), config.get(SRIOV_CAPABILITY + SriovCapability.NUM_VFS, 2));
            }
        });
    }

    /** VF BAR0. */
    public static int vfBar(ConfigSpace config) {
        return config.get(SRIOV_CAPABILITY + SriovCapability.VF_BAR0, 4);
    }

    /** Sets VF BAR0 from the device's side. */
    public static void vfBar(ConfigSpace config, int address) {
        config.set(SRIOV_CAPABILITY + SriovCapability.VF_BAR0, 4, address);
    }

    /** Whether MSI-X is enabled. */
    public static boolean isMsixEnabled(ConfigSpace config) {
        return (config.get(MSIX_CAPABILITY + MsixCapability.MESSAGE_CONTROL, 2) & MSIX_ENABLE) != 0;
    }

    /** Calls {@code changed} when a write has touched MSI-X message control. */
    public static void onMsixChange(ConfigSpace config, Runnable changed) {
        config.onWrite(
            MSIX_CAPABILITY + MsixCapability.MESSAGE_CONTROL, 2, (before, written, after) -> changed.run());
    }

    /** Hears that VFs' memory answers. */
    @FunctionalInterface
    public interface VfMemoryListener {
        /**
         * The guest has enabled it.
         *
         * @param first VF BAR0.
         * @param vfs   number of VFs.
         */
        void enabled(int first, int vfs);
    }

    private static int enabledBit(ConfigSpace config) {
        return config.get(SRIOV_CAPABILITY + SriovCapability.CONTROL, 2) & SriovCapability.CONTROL_VF_ENABLE;
    }
}
