package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Payload of DEVICE_GET_REGION_INFO, command and reply (specification, section "VFIO_USER_DEVICE_GET_REGION_INFO").
 * Capabilities may follow in the reply: {@link RegionCapabilityWriter}, {@link RegionCapabilityReader}.
 */
public final class RegionInfo extends Flyweight {
    /** u32, largest reply payload the client takes; in the reply, what the full reply needs. */
    public static final int ARGSZ_OFFSET = 0;
    /** u32, in the reply. */
    public static final int FLAGS_OFFSET = 4;
    /** u32, the region. */
    public static final int INDEX_OFFSET = 8;
    /** u32, where the first capability is, from the start of this structure; 0 for none. */
    public static final int CAPABILITY_OFFSET_OFFSET = 12;
    /** u64, bytes. */
    public static final int SIZE_OFFSET = 16;
    /** u64, what to add to an offset in the region for mmap of the file descriptor that came along. */
    public static final int FILE_OFFSET_OFFSET = 24;
    /** Where capabilities begin that directly follow. */
    public static final int CAPABILITIES_OFFSET = 32;
    /** Length of the fixed part. */
    public static final int MIN_LENGTH = 32;

    /** Flag: readable. */
    public static final int READ = 1;
    /** Flag: writable. */
    public static final int WRITE = 1 << 1;
    /** Flag: mappable; a file descriptor comes along. */
    public static final int MMAP = 1 << 2;
    /** Flag: capabilities follow. */
    public static final int CAPS = 1 << 3;

    /** Views a payload of this length, 32 or more. */
    public RegionInfo wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        return this;
    }

    /** The largest reply payload, or in a reply the size of the full one. */
    public long argsz() {
        return u32(ARGSZ_OFFSET);
    }

    /** Sets the largest reply payload, or in a reply the size of the full one. */
    public RegionInfo argsz(long argsz) {
        u32(ARGSZ_OFFSET, argsz);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public RegionInfo flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The region's index. */
    public long index() {
        return u32(INDEX_OFFSET);
    }

    /** Sets the region's index. */
    public RegionInfo index(long index) {
        u32(INDEX_OFFSET, index);
        return this;
    }

    /** The offset of the first capability. */
    public long capabilityOffset() {
        return u32(CAPABILITY_OFFSET_OFFSET);
    }

    /** Sets the offset of the first capability. */
    public RegionInfo capabilityOffset(long capabilityOffset) {
        u32(CAPABILITY_OFFSET_OFFSET, capabilityOffset);
        return this;
    }

    /** The size of the region in bytes. */
    public long size() {
        return u64(SIZE_OFFSET);
    }

    /** Sets the size of the region in bytes. */
    public RegionInfo size(long size) {
        u64(SIZE_OFFSET, size);
        return this;
    }

    /** The region's offset in its file. */
    public long fileOffset() {
        return u64(FILE_OFFSET_OFFSET);
    }

    /** Sets the region's offset in its file. */
    public RegionInfo fileOffset(long fileOffset) {
        u64(FILE_OFFSET_OFFSET, fileOffset);
        return this;
    }

    /**
     * Cuts a complete reply down to what the client takes. Capabilities are all in or all out: where they do not fit,
     * the flag and the offset are cleared while argsz still says how much the client should ask for.
     *
     * @param requestArgsz the client's argsz, at least {@link #MIN_LENGTH}.
     * @return the length of the payload to send.
     */
    public int fitTo(long requestArgsz) {
        argsz(length());
        if (length() <= requestArgsz) {
            return length();
        }
        flags(flags() & ~CAPS);
        capabilityOffset(0);
        return MIN_LENGTH;
    }
}
