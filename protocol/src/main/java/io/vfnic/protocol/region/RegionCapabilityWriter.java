package io.vfnic.protocol.region;

import java.nio.ByteOrder;

import org.agrona.MutableDirectBuffer;

/**
 * Appends capabilities to a region info and links them. The region info's own fields are set by the caller with a
 * {@link RegionInfo} wrapped over {@link #length()} bytes, afterwards or before.
 */
public final class RegionCapabilityWriter {
    private final SparseMmap sparse = new SparseMmap();
    private MutableDirectBuffer buffer;
    private int base;
    private int end;
    private int previous;

    /** Starts with no capability behind the region info at the offset. */
    public RegionCapabilityWriter wrap(MutableDirectBuffer target, int offset) {
        buffer = target;
        base = offset;
        end = RegionInfo.MIN_LENGTH;
        previous = 0;
        putInt(RegionInfo.CAPABILITY_OFFSET_OFFSET, 0);
        return this;
    }

    /**
     * Appends the mappable areas.
     *
     * @return the capability, all areas zero, for the caller to fill in before the next call to this writer.
     */
    public SparseMmap sparseMmap(int areas) {
        int length = SparseMmap.lengthWith(areas);
        int at = append(SparseMmap.ID, SparseMmap.VERSION, length);
        sparse.wrap(buffer, base + at, length);
        sparse.areaCount(areas);
        return sparse;
    }

    /** Appends a device-specific type. */
    public RegionCapabilityWriter type(int type, int subtype) {
        int at = append(RegionCapability.TYPE, 1, RegionCapability.TYPE_LENGTH);
        putInt(at + RegionCapability.TYPE_TYPE_OFFSET, type);
        putInt(at + RegionCapability.TYPE_SUBTYPE_OFFSET, subtype);
        return this;
    }

    /** Appends that the MSI-X table may be mapped. */
    public RegionCapabilityWriter msixMappable() {
        append(RegionCapability.MSIX_MAPPABLE, 1, RegionCapability.HEADER_LENGTH);
        return this;
    }

    /** Length of the region info with the capabilities so far. */
    public int length() {
        return end;
    }

    private int append(int id, int version, int length) {
        int at = end;
        buffer.setMemory(base + at, length, (byte)0);
        buffer.putShort(base + at + RegionCapability.ID_OFFSET, (short)id, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(base + at + RegionCapability.VERSION_OFFSET, (short)version, ByteOrder.LITTLE_ENDIAN);
        putInt(previous == 0 ? RegionInfo.CAPABILITY_OFFSET_OFFSET : previous + RegionCapability.NEXT_OFFSET, at);
        previous = at;
        end += length;
        return at;
    }

    private void putInt(int index, int value) {
        buffer.putInt(base + index, value, ByteOrder.LITTLE_ENDIAN);
    }
}
