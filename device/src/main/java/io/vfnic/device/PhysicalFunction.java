package io.vfnic.device;

import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.engine.PortInterrupts;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.IoPorts;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.pci.ConfigSpaceBuilder;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.PhysicalFunctionConfig;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.spi.MisplacedVf;
import io.vfnic.device.spi.RegionInfo;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The PF as its session drives it: registers, interrupts of all three kinds, and the SR-IOV capability through which
 * the driver in the guest enables VFs.
 */
final class PhysicalFunction extends CardFunction {
    private static final int INTX = 0;
    private static final int MSI = 1;

    private static final RegionInfo REGISTERS_INFO =
        new RegionInfo(PhysicalFunctionConfig.REGISTER_BAR_LENGTH, true, true);
    private static final RegionInfo FLASH_INFO =
        new RegionInfo(PhysicalFunctionConfig.FLASH_BAR_LENGTH, true, true);
    private static final RegionInfo IO_INFO = new RegionInfo(PhysicalFunctionConfig.IO_BAR_LENGTH, true, true);
    private static final RegionInfo MSIX_INFO = new RegionInfo(PhysicalFunctionConfig.MSIX_BAR_LENGTH, true, true);

    private final Igb82576 registers;
    private final PortInterrupts interrupts;
    private final IoPorts io;
    private final VfPlacements placements;
    private final PfInterrupts kinds;
    private InterruptSignal intx;
    private boolean intxDisabled;
    private InterruptSignal msi;
    private InterruptSignal firstOfMsix;
    /** What of the VFs' placement VF BAR0 has followed last. */
    private int followed;

    /**
     * @param mac the PF's address, 48 bits.
     */
    PhysicalFunction(Igb82576 registers, PoolEngine pool, PortInterrupts interrupts, VfPlacements placements,
        CardListener listener, CardConfig card, long mac, Watch watch) {
        super("pf", PhysicalFunctionConfig.create(mac, card.vfs(), card.pfInterrupts()), card.disguise(),
            placements.pf(), pool, watch.point(Watch.PF));
        this.registers = registers;
        this.interrupts = interrupts;
        this.io = new IoPorts(registers);
        this.placements = placements;
        this.kinds = card.pfInterrupts();
        PhysicalFunctionConfig.onCommandChange(config(), this::follow);
        PhysicalFunctionConfig.onFunctionLevelReset(config(), () -> {
            watch().event(WatchEvent.FUNCTION_LEVEL_RESET);
            resetAll();
        });
        PhysicalFunctionConfig.onVfsChange(config(), card.vfs(), this::enableVfs);
        PhysicalFunctionConfig.onVfMemoryEnable(config(), (first, vfs) -> {
            List<MisplacedVf> misplaced = placements.misplaced(first, vfs);
            if (!misplaced.isEmpty()) {
                misplaced.forEach(vf -> watch.point(Watch.indexOf(vf.function())).event(
                    WatchEvent.MISPLACED, vf.expected(), vf.actual(), ""));
                listener.vfsMisplaced(misplaced);
            }
        });
        if (kinds == PfInterrupts.MSIX) {
            PhysicalFunctionConfig.onMsixChange(
                config(), () -> interrupts.causes().msix(PhysicalFunctionConfig.isMsixEnabled(config())));
        }
    }

    @Override
    public RegionInfo region(int region) {
        return switch (region) {
            case PhysicalFunctionConfig.REGISTER_BAR -> REGISTERS_INFO;
            case PhysicalFunctionConfig.FLASH_BAR -> FLASH_INFO;
            case PhysicalFunctionConfig.IO_BAR -> IO_INFO;
            case PhysicalFunctionConfig.MSIX_BAR -> MSIX_INFO;
            case CONFIG -> CONFIG_INFO;
            default -> RegionInfo.ABSENT;
        };
    }

    @Override
    public int vectorCount(int irqIndex) {
        return switch (irqIndex) {
            case INTX -> 1;
            case MSI -> kinds == PfInterrupts.INTX ? 0 : 1;
            case MSIX -> kinds == PfInterrupts.MSIX ? pool().vectors().vectors() : 0;
            // QEMU asks for these and warns where there are none; the card never raises them.
            case ERR, REQ -> 1;
            default -> 0;
        };
    }

    @Override
    public void detach() {
        intx = null;
        msi = null;
        firstOfMsix = null;
        interrupts.legacy().signal(0, null);
        super.detach();
    }

    @Override
    public int read(int region, long offset, int length, MutableDirectBuffer destination, int index) {
        if (region == CONFIG) {
            PhysicalFunctionConfig.showInterrupt(config(), isIntx() && interrupts.causes().isAsserted());
            followVfs();
        }
        return super.read(region, offset, length, destination, index);
    }

    @Override
    public int write(int region, long offset, int length, DirectBuffer source, int index) {
        if (region == CONFIG) {
            followVfs();
        }
        return super.write(region, offset, length, source, index);
    }

    /**
     * VF BAR0 shows where VF 0 is, unless the guest has written an address of its own, as firmware does that knows
     * SR-IOV, and systems that move the VFs.
     */
    private void followVfs() {
        int first = placements.first();
        if (first != followed) {
            if (PhysicalFunctionConfig.vfBar(config()) == followed) {
                PhysicalFunctionConfig.vfBar(config(), first);
            }
            followed = first;
        }
    }

    /** The MSI-X table and PBA are the client's to emulate and there is no flash chip: both read 0 here. */
    @Override
    long readBar(int region, int offset, int length) {
        return switch (region) {
            case PhysicalFunctionConfig.REGISTER_BAR -> registers.pfRead(offset, length);
            case PhysicalFunctionConfig.IO_BAR -> io.read(offset, length);
            default -> 0;
        };
    }

    @Override
    void writeBar(int region, int offset, int length, long value) {
        switch (region) {
            case PhysicalFunctionConfig.REGISTER_BAR -> registers.pfWrite(offset, length, value);
            case PhysicalFunctionConfig.IO_BAR -> io.write(offset, length, value);
            default -> { }
        }
    }

    @Override
    public void interruptSignal(int irqIndex, int vector, InterruptSignal signal) {
        switch (irqIndex) {
            case INTX -> intx = signal;
            case MSI -> msi = signal;
            case MSIX -> {
                pool().vectors().signal(vector, signal);
                firstOfMsix = vector == 0 ? signal : firstOfMsix;
            }
            default -> {
                return;
            }
        }
        wireLegacy();
        pool().quiesce();
    }

    @Override
    public void interruptUnmasked(int irqIndex, int vector) {
        if (irqIndex == INTX) {
            raiseWhereAsserted();
        }
    }

    private void follow(int command) {
        pool().busMaster((command & ConfigSpaceBuilder.COMMAND_BUS_MASTER) != 0);
        final boolean disabled = (command & ConfigSpaceBuilder.COMMAND_INTX_DISABLE) != 0;
        if (disabled != intxDisabled) {
            intxDisabled = disabled;
            wireLegacy();
            pool().quiesce();
        }
    }

    /** A client wires one of the three at a time; MSI, and MSI-X with its first entry, take the place of INTx. */
    private void wireLegacy() {
        final InterruptSignal message = firstOfMsix != null ? firstOfMsix : msi;
        interrupts.legacy().signal(0, message != null ? message : intxDisabled ? null : intx);
        raiseWhereAsserted();
    }

    private boolean isIntx() {
        return firstOfMsix == null && msi == null;
    }

    /** INTx is a level: whoever begins to listen to a line that is asserted already hears of it. */
    private void raiseWhereAsserted() {
        if (isIntx() && intx != null && !intxDisabled && interrupts.causes().isAsserted()) {
            intx.raise();
        }
    }

    @Override
    void resetAll() {
        config().reset();
        followed = 0;
        interrupts.causes().msix(false);
        pool().vectors().limit(PhysicalFunctionConfig.MSIX_VECTORS);
        registers.resetPf();
        io.reset();
        intxDisabled = false;
        wireLegacy();
        pool().busMaster(false);
    }

    private void enableVfs(int count) {
        // Vectors of VFs 5 and 6 are taken from the PF's ten (82576: vector v of VF n is 22 - 3n + v).
        pool().vectors().limit(count == 0 ? PhysicalFunctionConfig.MSIX_VECTORS
            : InterruptState.firstVectorOfVf(count - 1));
        registers.enableVfs(count);
    }
}
