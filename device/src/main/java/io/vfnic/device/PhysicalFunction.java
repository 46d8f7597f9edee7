package io.vfnic.device;

import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.engine.PortInterrupts;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.pci.ConfigSpace;
import io.vfnic.device.pci.ConfigSpaceBuilder;
import io.vfnic.device.pci.PhysicalFunctionConfig;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.RegionInfo;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The PF as its session drives it: configuration space, registers and interrupts, joined to the PF's part of the engine.
 * The driver in the guest enables VFs through the SR-IOV capability. Threading as {@link FunctionPort} says.
 */
final class PhysicalFunction implements FunctionPort {
    private static final int CONFIG = 7;
    private static final int REGIONS = 9;
    private static final int INTX = 0;
    private static final int MSI = 1;
    private static final int MSIX = 2;
    private static final int ERR = 3;
    private static final int REQ = 4;

    private static final RegionInfo REGISTERS_INFO =
        new RegionInfo(PhysicalFunctionConfig.REGISTER_BAR_LENGTH, true, true);
    private static final RegionInfo MSIX_INFO = new RegionInfo(PhysicalFunctionConfig.MSIX_BAR_LENGTH, true, true);
    private static final RegionInfo CONFIG_INFO = new RegionInfo(ConfigSpace.LENGTH, true, true);

    private final Igb82576 registers;
    private final PoolEngine pool;
    private final PortInterrupts interrupts;
    private final ConfigSpace config;
    private InterruptSignal intx;
    private InterruptSignal msi;

    /**
     * @param mac      the PF's address, 48 bits.
     * @param totalVfs how many VFs the card has.
     */
    PhysicalFunction(Igb82576 registers, PoolEngine pool, PortInterrupts interrupts, long mac, int totalVfs) {
        this.registers = registers;
        this.pool = pool;
        this.interrupts = interrupts;
        this.config = PhysicalFunctionConfig.create(mac, totalVfs);
        PhysicalFunctionConfig.onCommandChange(
            config, command -> pool.busMaster((command & ConfigSpaceBuilder.COMMAND_BUS_MASTER) != 0));
        PhysicalFunctionConfig.onFunctionLevelReset(config, this::reset);
        PhysicalFunctionConfig.onVfsChange(config, totalVfs, this::enableVfs);
        PhysicalFunctionConfig.onMsixChange(
            config, () -> interrupts.causes().msix(PhysicalFunctionConfig.isMsixEnabled(config)));
    }

    @Override
    public String name() {
        return "pf";
    }

    @Override
    public RegionInfo region(int region) {
        return switch (region) {
            case PhysicalFunctionConfig.REGISTER_BAR -> REGISTERS_INFO;
            case PhysicalFunctionConfig.MSIX_BAR -> MSIX_INFO;
            case CONFIG -> CONFIG_INFO;
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
            case INTX, MSI -> 1;
            case MSIX -> PhysicalFunctionConfig.MSIX_VECTORS;
            // QEMU asks for these and warns where there are none; the card never raises them.
            case ERR, REQ -> 1;
            default -> 0;
        };
    }

    @Override
    public void attach(ClientLink client) {
        pool.client(client);
    }

    @Override
    public void detach() {
        for (int vector = 0; vector < PhysicalFunctionConfig.MSIX_VECTORS; vector++) {
            pool.vectors().signal(vector, null);
        }
        intx = null;
        msi = null;
        interrupts.legacy().signal(0, null);
        pool.memory().clear();
        reset();
        pool.client(null);
        pool.quiesce();
    }

    @Override
    public int read(int region, long offset, int length, MutableDirectBuffer destination, int index) {
        if (region == CONFIG) {
            config.read((int)offset, length, destination, index);
            SriovDisguise.apply(destination, index, (int)offset, length,
                PhysicalFunctionConfig.ARI_CAPABILITY, PhysicalFunctionConfig.SRIOV_CAPABILITY);
            return 0;
        }
        // The MSI-X table and PBA are the client's to emulate: they read 0 here.
        final long value =
            region == PhysicalFunctionConfig.REGISTER_BAR ? registers.pfRead((int)offset, length) : 0;
        switch (length) {
            case Byte.BYTES -> destination.putByte(index, (byte)value);
            case Short.BYTES -> destination.putShort(index, (short)value, ByteOrder.LITTLE_ENDIAN);
            case Integer.BYTES -> destination.putInt(index, (int)value, ByteOrder.LITTLE_ENDIAN);
            default -> destination.putLong(index, value, ByteOrder.LITTLE_ENDIAN);
        }
        return 0;
    }

    @Override
    public int write(int region, long offset, int length, DirectBuffer source, int index) {
        if (region == CONFIG) {
            config.write((int)offset, length, source, index);
        } else if (region == PhysicalFunctionConfig.REGISTER_BAR) {
            final long value = switch (length) {
                case Byte.BYTES -> source.getByte(index);
                case Short.BYTES -> source.getShort(index, ByteOrder.LITTLE_ENDIAN);
                case Integer.BYTES -> source.getInt(index, ByteOrder.LITTLE_ENDIAN);
                default -> source.getLong(index, ByteOrder.LITTLE_ENDIAN);
            };
            registers.pfWrite((int)offset, length, value);
        }
        return 0;
    }

    @Override
    public int mapMemory(MemoryRange range) {
        return pool.memory().map(range);
    }

    @Override
    public int unmapMemory(long iova, long size) {
        final int errno = pool.memory().unmap(iova, size);
        if (errno == 0) {
            pool.quiesce();
        }
        return errno;
    }

    @Override
    public void unmapAllMemory() {
        pool.memory().clear();
        pool.quiesce();
    }

    @Override
    public void interruptSignal(int irqIndex, int vector, InterruptSignal signal) {
        switch (irqIndex) {
            case INTX -> intx = signal;
            case MSI -> msi = signal;
            case MSIX -> pool.vectors().signal(vector, signal);
            default -> {
                return;
            }
        }
        // A client wires one of the two at a time; MSI takes the place of INTx.
        interrupts.legacy().signal(0, msi != null ? msi : intx);
        pool.quiesce();
    }

    @Override
    public void reset() {
        config.reset();
        interrupts.causes().msix(false);
        pool.vectors().limit(PhysicalFunctionConfig.MSIX_VECTORS);
        registers.resetPf();
        pool.busMaster(false);
    }

    @Override
    public boolean isQuiet() {
        return pool.isQuiet();
    }

    @Override
    public void whenQuiet(Runnable callback) {
        pool.whenQuiet(callback);
    }

    private void enableVfs(int count) {
        // Vectors of VFs 5 and 6 are taken from the PF's ten (82576: vector v of VF n is 22 - 3n + v).
        pool.vectors().limit(count == 0 ? PhysicalFunctionConfig.MSIX_VECTORS
            : InterruptState.firstVectorOfVf(count - 1));
        registers.enableVfs(count);
    }
}
