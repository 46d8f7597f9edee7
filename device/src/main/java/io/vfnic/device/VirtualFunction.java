package io.vfnic.device;

import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.QueuePages;
import io.vfnic.device.pci.ConfigSpaceBuilder;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.pci.VirtualFunctionConfig;
import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.spi.RegionInfo;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchPoint;
import java.util.List;
import org.agrona.concurrent.AtomicBuffer;

/** A VF as its session drives it: BAR0 with registers, and MSI-X. */
final class VirtualFunction extends CardFunction {
    private static final int BAR0 = 0;
    private static final RegionInfo BAR0_INFO = new RegionInfo(VirtualFunctionConfig.BAR0_LENGTH, true, true,
        List.of(new RegionInfo.Area(QueuePages.BAR_OFFSET, QueuePages.LENGTH)));

    private final int index;
    private final Igb82576 registers;
    private final BarPlacement placement;

    VirtualFunction(int index, Igb82576 registers, PoolEngine pool, BarPlacement placement, SriovDisguise disguise,
        WatchPoint watch) {
        super("vf" + index, VirtualFunctionConfig.create(), disguise, placement, pool, watch);
        this.index = index;
        this.registers = registers;
        this.placement = placement;
        VirtualFunctionConfig.onBarWrite(config(), placement::moved);
        VirtualFunctionConfig.onCommandChange(
            config(), command -> pool.busMaster((command & ConfigSpaceBuilder.COMMAND_BUS_MASTER) != 0));
        VirtualFunctionConfig.onFunctionLevelReset(config(), () -> {
            watch.event(WatchEvent.FUNCTION_LEVEL_RESET);
            resetFunction();
        });
    }

    /** Number of the VF. */
    int index() {
        return index;
    }

    @Override
    public RegionInfo region(int region) {
        return switch (region) {
            case BAR0 -> BAR0_INFO;
            case CONFIG -> CONFIG_INFO;
            default -> RegionInfo.ABSENT;
        };
    }

    @Override
    public void share(int region, AtomicBuffer memory) {
        if (region != BAR0) {
            super.share(region, memory);
        }
        registers.queuePages(index).share(memory);
        pool().pollRegisters();
    }

    @Override
    public int vectorCount(int irqIndex) {
        return switch (irqIndex) {
            case MSIX -> pool().vectors().vectors();
            // QEMU asks for these and warns where there are none; the card never raises them.
            case ERR, REQ -> 1;
            default -> 0;
        };
    }

    @Override
    long readBar(int region, int offset, int length) {
        return isRegister(offset) ? registers.vfRegisters(index).read(offset, length) : 0;
    }

    @Override
    void writeBar(int region, int offset, int length, long value) {
        if (isRegister(offset)) {
            registers.vfRegisters(index).write(offset, length, value);
        }
    }

    @Override
    public void interruptSignal(int irqIndex, int vector, InterruptSignal signal) {
        if (irqIndex == MSIX) {
            pool().vectors().signal(vector, signal);
            pool().quiesce();
        }
    }

    @Override
    public void interruptUnmasked(int irqIndex, int vector) {
        // A VF has no INTx.
    }

    @Override
    void resetAll() {
        placement.moved(0);
        resetFunction();
    }

    /** The client decodes the BAR, and its guest's reset of the function leaves it where it is. */
    private void resetFunction() {
        config().reset();
        registers.resetVf(index);
        pool().busMaster(false);
    }

    /** The MSI-X table and PBA behind the registers are the client's to emulate: they read 0 here. */
    private static boolean isRegister(int offset) {
        return offset < VirtualFunctionConfig.REGISTERS_LENGTH;
    }
}
