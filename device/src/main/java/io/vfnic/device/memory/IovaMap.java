package io.vfnic.device.memory;

import io.vfnic.device.spi.MemoryRange;

import java.util.Arrays;

/**
 * The ranges of one guest's memory, sorted by address; immutable, so that an agent which holds one sees a consistent
 * map for as long as it holds it.
 */
final class IovaMap {
    static final IovaMap EMPTY = new IovaMap(new MemoryRange[0], new long[0]);

    private final MemoryRange[] ranges;
    private final long[] starts;

    private IovaMap(MemoryRange[] ranges, long[] starts) {
        this.ranges = ranges;
        this.starts = starts;
    }

    int size() {
        return ranges.length;
    }

    MemoryRange range(int index) {
        return ranges[index];
    }

    /** Whether a range (not empty, not wrapping) has an address in common with one of the map. */
    boolean overlaps(long iova, long size) {
        final int before = floorIndex(iova);
        if (before >= 0 && Long.compareUnsigned(iova - starts[before], ranges[before].size()) < 0) {
            return true;
        }
        final int after = before + 1;
        return after < ranges.length && Long.compareUnsigned(starts[after] - iova, size) < 0;
    }

    IovaMap with(MemoryRange range) {
        final int at = floorIndex(range.iova()) + 1;
        final MemoryRange[] grown = Arrays.copyOf(ranges, ranges.length + 1);
        final long[] grownStarts = Arrays.copyOf(starts, grown.length);
        System.arraycopy(ranges, at, grown, at + 1, ranges.length - at);
        System.arraycopy(starts, at, grownStarts, at + 1, ranges.length - at);
        grown[at] = range;
        grownStarts[at] = range.iova();
        return new IovaMap(grown, grownStarts);
    }

    IovaMap without(int index) {
        final MemoryRange[] shrunk = Arrays.copyOf(ranges, ranges.length - 1);
        final long[] shrunkStarts = Arrays.copyOf(starts, shrunk.length);
        System.arraycopy(ranges, index + 1, shrunk, index, shrunk.length - index);
        System.arraycopy(starts, index + 1, shrunkStarts, index, shrunk.length - index);
        return new IovaMap(shrunk, shrunkStarts);
    }

    /** The index of the range that has the address, or -1. */
    int indexOf(long iova) {
        final int index = floorIndex(iova);
        return index >= 0 && Long.compareUnsigned(iova - starts[index], ranges[index].size()) < 0 ? index : -1;
    }

    /** The index of the last range that starts at or below the address, or -1. */
    private int floorIndex(long iova) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(starts[middle], iova) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
