package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of DEVICE_GET_REGION_IO_FDS, command and reply (specification, section
 * "VFIO_USER_DEVICE_GET_REGION_IO_FDS"). In the reply {@link RegionIoFd} entries follow.
 */
public final class RegionIoFds extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, 0. */
    public static final int FLAGS_OFFSET = 4;
    /** u32, the region. */
    public static final int INDEX_OFFSET = 8;
    /** u32, in the reply: how many entries there are, even if they did not fit. */
    public static final int COUNT_OFFSET = 12;
    /** The entries. */
    public static final int ENTRIES_OFFSET = 16;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 16;

    /** Views a payload of this length, 16 or more. */
    public RegionIoFds wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public RegionIoFds argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flags, of which there are none yet. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flags, of which there are none yet. */
    public RegionIoFds flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The region's index. */
    public long index() {
        return u32(INDEX_OFFSET);
    }

    /** Sets the region's index. */
    public RegionIoFds index(long index) {
        u32(INDEX_OFFSET, index);
        return this;
    }

    /** The number of entries there are. */
    public long count() {
        return u32(COUNT_OFFSET);
    }

    /** Sets the number of entries there are. */
    public RegionIoFds count(long count) {
        u32(COUNT_OFFSET, count);
        return this;
    }

    /** Offset of an entry of this implementation's size. */
    public static int entryOffset(int entry) {
        return ENTRIES_OFFSET + entry * RegionIoFd.LENGTH;
    }

    /**
     * Cuts a complete reply down to what the client takes: all entries or none, count and argsz in full either way.
     *
     * @param requestArgsz the client's argsz, at least {@link #MIN_LENGTH}.
     * @return the length of the payload to send.
     */
    public int fitTo(long requestArgsz) {
        argsz(length());
        return length() <= requestArgsz ? length() : MIN_LENGTH;
    }
}
