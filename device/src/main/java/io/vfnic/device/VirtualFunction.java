package io.vfnic.device;

import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.pci.ConfigSpace;
import io.vfnic.device.pci.VirtualFunctionConfig;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.RegionInfo;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A VF as its session drives it: configuration space, BAR0 and interrupts, joined to the pool's part of the engine.
 * Threading as {@link FunctionPort} says.
 */
final class VirtualFunction implements FunctionPort {
    private static final int BAR0 = 0;
    private static final int CONFIG = 7;
    private static final int REGIONS = 9;
    private static final int MSIX = 2;
    private static final int ERR = 3;
    private static final int REQ = 4;
    private static final int COMMAND_BUS_MASTER = 1 << 2;

    private static final RegionInfo BAR0_INFO = new RegionInfo(VirtualFunctionConfig.BAR0_LENGTH, true, true);
    private static final RegionInfo CONFIG_INFO = new RegionInfo(ConfigSpace.LENGTH, true, true);

    private final int index;
    private final Igb82576 registers;
    private final PoolEngine pool;
    private final ConfigSpace config = VirtualFunctionConfig.create();

    VirtualFunction(int index, Igb82576 registers, PoolEngine pool) {
        this.index = index;
        this.registers = registers;
        this.pool = pool;
        VirtualFunctionConfig.onCommandChange(config, command -> pool.busMaster((command & COMMAND_BUS_MASTER) != 0));
        VirtualFunctionConfig.onFunctionLevelReset(config, this::reset);
    }

    @Override
    public String name() {
        return "vf" + index;
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
    public int regionCount() {
        return REGIONS;
    }

    @Override
    public int vectorCount(int irqIndex) {
        return switch (irqIndex) {
            case MSIX -> pool.vectors().vectors();
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
        for (int vector = 0; vector < pool.vectors().vectors(); vector++) {
            pool.vectors().signal(vector, null);
        }
        pool.memory().clear();
        reset();
        pool.client(null);
        pool.quiesce();
    }

    @Override
    public int read(int region, long offset, int length, MutableDirectBuffer destination, int index) {
        if (region == CONFIG) {
            config.read((int)offset, length, destination, index);
            return 0;
        }
        final long value = isRegister(offset) ? registers.vfRegisters(this.index).read((int)offset, length) : 0;
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
            return 0;
        }
        if (isRegister(offset)) {
            final long value = switch (length) {
                case Byte.BYTES -> source.getByte(index);
                case Short.BYTES -> source.getShort(index, ByteOrder.LITTLE_ENDIAN);
                case Integer.BYTES -> source.getInt(index, ByteOrder.LITTLE_ENDIAN);
                default -> source.getLong(index, ByteOrder.LITTLE_ENDIAN);
            };
            registers.vfRegisters(this.index).write((int)offset, length, value);
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
        if (irqIndex == MSIX) {
            pool.vectors().signal(vector, signal);
            pool.quiesce();
        }
    }

    @Override
    public void reset() {
        config.reset();
        registers.resetVf(index);
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

    /** The MSI-X table and PBA behind the registers are the client's to emulate: they read 0 here. */
    private static boolean isRegister(long offset) {
        return offset < VirtualFunctionConfig.REGISTERS_LENGTH;
    }
}
