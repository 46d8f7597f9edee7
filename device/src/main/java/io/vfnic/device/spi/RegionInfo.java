package io.vfnic.device.spi;

/**
 * A region of a function.
 *
 * @param size     in bytes, 0 for a region that does not exist.
 * @param readable whether the client may read it.
 * @param writable whether the client may write it.
 */
public record RegionInfo(long size, boolean readable, boolean writable) {
    /** The region that does not exist. */
    public static final RegionInfo ABSENT = new RegionInfo(0, false, false);
}
