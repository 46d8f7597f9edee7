package io.vfnic.device;

import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.pci.ConfigSpace;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.RegionInfo;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchPoint;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What the functions of the card have in common: a configuration space, and a part of the engine that has the guest's
 * memory and stops for quiesces. Threading as {@link FunctionPort} says.
 */
abstract class CardFunction implements FunctionPort, ClientHolder {
    static final int CONFIG = 7;
    static final int MSIX = 2;
    static final int ERR = 3;
    static final int REQ = 4;

    static final RegionInfo CONFIG_INFO = new RegionInfo(ConfigSpace.LENGTH, true, true);

    private static final int REGIONS = 9;

    private final String name;
    private final ConfigSpace config;
    private final SriovDisguise disguise;
    private final BarPlacement placement;
    private final PoolEngine pool;
    private final WatchPoint watch;
    private ClientLink client;
    private volatile int process = NO_CLIENT;

    CardFunction(String name, ConfigSpace config, SriovDisguise disguise, BarPlacement placement, PoolEngine pool,
        WatchPoint watch) {
        this.name = name;
        this.config = config;
        this.disguise = disguise;
        this.placement = placement;
        this.pool = pool;
        this.watch = watch;
    }

    /** Reads 1, 2, 4 or 8 bytes of a BAR; 0 where nothing is. */
    abstract long readBar(int region, int offset, int length);

    /** Writes 1, 2, 4 or 8 bytes of a BAR; nothing happens where nothing is. */
    abstract void writeBar(int region, int offset, int length, long value);

    final ConfigSpace config() {
        return config;
    }

    final PoolEngine pool() {
        return pool;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int regionCount() {
        return REGIONS;
    }

    /** Where what happens to the function is recorded. */
    final WatchPoint watch() {
        return watch;
    }

    /** The function is reset as VFIO's device reset says. */
    abstract void resetAll();

    @Override
    public final void reset() {
        watch.event(WatchEvent.DEVICE_RESET);
        resetAll();
    }

    @Override
    public final void attach(ClientLink link) {
        client = link;
        watch.event(WatchEvent.CONNECTED, link.process(), 0, link.processName());
        placement.taken(link.process());
        pool.client(link);
        process = link.process();
    }

    @Override
    public final int clientProcess() {
        return process;
    }

    @Override
    public void detach() {
        for (int vector = 0; vector < pool.vectors().vectors(); vector++) {
            pool.vectors().signal(vector, null);
        }
        pool.memory().clear();
        resetAll();
        placement.left();
        if (client != null) {
            watch.event(WatchEvent.DISCONNECTED, client.process(), 0, client.processName());
            client = null;
        }
        process = NO_CLIENT;
        pool.client(null);
        pool.quiesce();
    }

    @Override
    public int read(int region, long offset, int length, MutableDirectBuffer destination, int index) {
        if (region == CONFIG) {
            config.read((int)offset, length, destination, index);
            disguise.apply(config, destination, index, (int)offset, length);
            return 0;
        }
        final long value = readBar(region, (int)offset, length);
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
        final long value = switch (length) {
            case Byte.BYTES -> source.getByte(index);
            case Short.BYTES -> source.getShort(index, ByteOrder.LITTLE_ENDIAN);
            case Integer.BYTES -> source.getInt(index, ByteOrder.LITTLE_ENDIAN);
            default -> source.getLong(index, ByteOrder.LITTLE_ENDIAN);
        };
        writeBar(region, (int)offset, length, value);
        return 0;
    }

    @Override
    public final int mapMemory(MemoryRange range) {
        return pool.memory().map(range);
    }

    @Override
    public final int unmapMemory(long iova, long size) {
        final int errno = pool.memory().unmap(iova, size);
        if (errno == 0) {
            pool.quiesce();
        }
        return errno;
    }

    @Override
    public final void unmapAllMemory() {
        pool.memory().clear();
        pool.quiesce();
    }

    @Override
    public final boolean isQuiet() {
        return pool.isQuiet();
    }

    @Override
    public final void whenQuiet(Runnable callback) {
        pool.whenQuiet(callback);
    }
}
