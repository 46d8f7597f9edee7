package io.vfnic.protocol.version;

/**
 * The capability {@code migration}, which current clients still send though the specification has dropped it.
 *
 * @param pageSize      unit of dirty tracking in bytes, a power of two.
 * @param maxBitmapSize largest dirty bitmap in bytes.
 */
public record MigrationCapability(long pageSize, long maxBitmapSize) {
    /** Used for a page size that is not given. */
    public static final long DEFAULT_PAGE_SIZE = 4096;
    /** Used for a bitmap size that is not given: 256 MiB. */
    public static final long DEFAULT_MAX_BITMAP_SIZE = 256L << 20;
}
