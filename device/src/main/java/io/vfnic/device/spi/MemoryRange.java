package io.vfnic.device.spi;

/**
 * A range of guest memory.
 *
 * @param iova     first address as the device sees it.
 * @param size     in bytes.
 * @param address  where the range is mapped in this process, or 0 where it is reachable by messages only
 *                 ({@link ClientLink#messageDma()}).
 * @param readable whether the device may read it.
 * @param writable whether the device may write it.
 */
public record MemoryRange(long iova, long size, long address, boolean readable, boolean writable) {
    /** Whether the range is reachable by messages only. */
    public boolean isMessageBacked() {
        return address == 0;
    }
}
