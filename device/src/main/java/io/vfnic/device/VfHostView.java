package io.vfnic.device;

import io.vfnic.device.pci.ConfigSpace;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.pci.VirtualFunctionConfig;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.RegionInfo;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What the PF's guest sees of a VF that another guest has: a function at the VF's routing ID, for Linux looks for one
 * there when it enables VFs. It has a VF's configuration space and nothing behind it: registers read 0, nothing is ever
 * interrupted or moved by DMA, and the VF itself knows nothing of it. Threading as {@link FunctionPort} says.
 */
final class VfHostView implements FunctionPort, ClientHolder {
    private static final int BAR0 = 0;
    private static final int CONFIG = 7;
    private static final int REGIONS = 9;
    private static final int MSIX = 2;
    private static final int ERR = 3;
    private static final int REQ = 4;
    private static final RegionInfo BAR0_INFO = new RegionInfo(VirtualFunctionConfig.BAR0_LENGTH, true, true);

    private final int index;
    private final BarPlacement placement;
    private final SriovDisguise disguise;
    private final ConfigSpace config = VirtualFunctionConfig.create();
    private volatile int client = NO_CLIENT;

    /** @param index number of the VF. */
    VfHostView(int index, BarPlacement placement, SriovDisguise disguise) {
        this.index = index;
        this.placement = placement;
        this.disguise = disguise;
        VirtualFunctionConfig.onBarWrite(config, placement::moved);
    }

    /** Number of the VF. */
    int index() {
        return index;
    }

    @Override
    public String name() {
        return "vf" + index + "-host";
    }

    @Override
    public RegionInfo region(int region) {
        return switch (region) {
            case BAR0 -> BAR0_INFO;
            case CONFIG -> CardFunction.CONFIG_INFO;
            default -> RegionInfo.ABSENT;
        };
    }

    @Override
    public int regionCount() {
        return REGIONS;
    }

    @Override
    public int vectorCount(int irqIndex) {
        return switch (irqIndex) {
            case MSIX -> VirtualFunctionConfig.MSIX_VECTORS;
            case ERR, REQ -> 1;
            default -> 0;
        };
    }

    @Override
    public void attach(ClientLink link) {
        placement.taken(link.process());
        client = link.process();
    }

    @Override
    public int clientProcess() {
        return client;
    }

    @Override
    public void detach() {
        reset();
        placement.left();
        client = NO_CLIENT;
    }

    @Override
    public int read(int region, long offset, int length, MutableDirectBuffer destination, int index) {
        if (region == CONFIG) {
            config.read((int)offset, length, destination, index);
            disguise.apply(config, destination, index, (int)offset, length);
        } else {
            destination.setMemory(index, length, (byte)0);
        }
        return 0;
    }

    @Override
    public int write(int region, long offset, int length, DirectBuffer source, int index) {
        if (region == CONFIG) {
            config.write((int)offset, length, source, index);
        }
        return 0;
    }

    @Override
    public int mapMemory(MemoryRange range) {
        return 0;
    }

    @Override
    public int unmapMemory(long iova, long size) {
        return 0;
    }

    @Override
    public void unmapAllMemory() {
        // No range was kept.
    }

    @Override
    public void interruptSignal(int irqIndex, int vector, InterruptSignal signal) {
        // Never raised.
    }

    @Override
    public void interruptUnmasked(int irqIndex, int vector) {
        // Nothing masks itself.
    }

    @Override
    public void reset() {
        config.reset();
        placement.moved(0);
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public void whenQuiet(Runnable callback) {
        callback.run();
    }
}
