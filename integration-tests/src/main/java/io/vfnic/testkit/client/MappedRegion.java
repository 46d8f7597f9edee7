package io.vfnic.testkit.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.vfnic.protocol.region.RegionCapabilityReader;
import io.vfnic.protocol.region.RegionInfo;
import io.vfnic.protocol.region.SparseMmap;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Mapping;
import org.agrona.concurrent.UnsafeBuffer;

/** The mappable areas of a region, mapped here as a VMM maps them into its guest. */
public final class MappedRegion implements AutoCloseable {
    private final Fd file;
    private final List<Area> areas = new ArrayList<>();

    /** An area and its memory; index 0 is the area's start. */
    private record Area(long offset, Mapping mapping, UnsafeBuffer buffer) {
        boolean contains(long regionOffset) {
            return regionOffset >= offset && regionOffset < offset + mapping.length();
        }
    }

    private MappedRegion(Fd file) {
        this.file = file;
    }

    /** Maps what a reply to DEVICE_GET_REGION_INFO offers; null if it offers nothing. Takes its descriptor over. */
    static MappedRegion of(Message reply) throws IOException {
        RegionInfo info = new RegionInfo().wrap(reply.buffer(), 0, reply.payload().length);
        if ((info.flags() & RegionInfo.MMAP) == 0) {
            reply.fds().forEach(Fd::close);
            return null;
        }
        MappedRegion region = new MappedRegion(reply.fds().getFirst());
        SparseMmap sparse = sparseAreas(reply);
        for (int i = 0; i < sparse.areaCount(); i++) {
            Mapping mapping = Mapping.ofFile(
                region.file, info.fileOffset() + sparse.areaOffset(i), sparse.areaSize(i), true);
            region.areas.add(new Area(sparse.areaOffset(i), mapping,
                new UnsafeBuffer(mapping.address(), (int)mapping.length())));
        }
        return region;
    }

    /** The mappable areas that a reply to DEVICE_GET_REGION_INFO names. */
    public static SparseMmap sparseAreas(Message reply) {
        RegionCapabilityReader reader = new RegionCapabilityReader()
            .wrap(reply.buffer(), 0, reply.payload().length);
        SparseMmap sparse = new SparseMmap();
        while (reader.next()) {
            if (reader.id() == SparseMmap.ID && reader.sparseMmap(sparse)) {
                return sparse;
            }
        }
        throw new IllegalStateException("the region is mappable, but the reply does not say where");
    }

    /** The file that is mapped. */
    public Fd file() {
        return file;
    }

    /** Whether the byte at this offset of the region is mapped. */
    public boolean contains(long offset) {
        return areaOf(offset) != null;
    }

    /** Address in this process of a byte of the region that is mapped. */
    public long address(long offset) {
        Area area = areaOf(offset);
        if (area == null) {
            throw new IndexOutOfBoundsException("offset 0x" + Long.toHexString(offset) + " is not mapped");
        }
        return area.mapping.address() + offset - area.offset;
    }

    /** Reads a dword. */
    public int read32(long offset) {
        Area area = areaOf(offset);
        return area.buffer.getIntVolatile((int)(offset - area.offset));
    }

    /** Writes a dword, after everything that was written before it. */
    public void write32(long offset, int value) {
        Area area = areaOf(offset);
        area.buffer.putIntRelease((int)(offset - area.offset), value);
    }

    private Area areaOf(long offset) {
        for (Area area : areas) {
            if (area.contains(offset)) {
                return area;
            }
        }
        return null;
    }

    @Override
    public void close() {
        areas.forEach(area -> area.mapping.close());
        file.close();
    }
}
