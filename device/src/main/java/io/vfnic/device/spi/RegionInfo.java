package io.vfnic.device.spi;

import java.util.List;

/**
 * A region of a function.
 *
 * @param size     in bytes, 0 for a region that does not exist.
 * @param readable whether the client may read it.
 * @param writable whether the client may write it.
 * @param mappable the parts that a client may map, if the session has given the port memory to keep them in
 *                 ({@link FunctionPort#share}): accesses to them need no message, and the port finds out by itself.
 */
public record RegionInfo(long size, boolean readable, boolean writable, List<Area> mappable) {
    /** The region that does not exist. */
    public static final RegionInfo ABSENT = new RegionInfo(0, false, false);

    /**
     * A part of a region.
     *
     * @param offset in the region, a multiple of 4,096.
     * @param size   in bytes, a multiple of 4,096.
     */
    public record Area(int offset, int size) {
        /** Offset in the region of the first byte behind the area. */
        public int end() {
            return offset + size;
        }
    }

    /** A region that can only be accessed by messages. */
    public RegionInfo(long size, boolean readable, boolean writable) {
        this(size, readable, writable, List.of());
    }
}
