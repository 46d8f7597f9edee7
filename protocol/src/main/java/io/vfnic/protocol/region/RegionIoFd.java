package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * An entry of the reply to DEVICE_GET_REGION_IO_FDS in the specification's layout. libvfio-user's is eight bytes
 * longer; a client must take the size of an entry from argsz and count.
 */
public final class RegionIoFd extends Flyweight {
    /** u64, where the sub-region begins. */
    public static final int REGION_OFFSET_OFFSET = 0;
    /** u64, bytes; 0 if the size of an access does not matter. */
    public static final int SIZE_OFFSET = 8;
    /** u32, which of the file descriptors that came along. */
    public static final int FD_INDEX_OFFSET = 16;
    /** u32, kind of the file descriptor. */
    public static final int TYPE_OFFSET = 20;
    /** u32, as KVM defines them for the kind. */
    public static final int FLAGS_OFFSET = 24;
    /** u64, datamatch of an ioeventfd, user data of an ioregionfd. */
    public static final int MATCH_OR_USER_DATA_OFFSET = 32;
    /** Length in bytes. */
    public static final int LENGTH = 40;

    /** Type: ioeventfd. */
    public static final int TYPE_IOEVENTFD = 0;
    /** Type: ioregionfd. */
    public static final int TYPE_IOREGIONFD = 1;

    /** Views the structure at the offset. */
    public RegionIoFd wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The offset of the sub-region in its region. */
    public long regionOffset() {
        return u64(REGION_OFFSET_OFFSET);
    }

    /** Sets the offset of the sub-region in its region. */
    public RegionIoFd regionOffset(long regionOffset) {
        u64(REGION_OFFSET_OFFSET, regionOffset);
        return this;
    }

    /** The size of the sub-region in bytes. */
    public long size() {
        return u64(SIZE_OFFSET);
    }

    /** Sets the size of the sub-region in bytes. */
    public RegionIoFd size(long size) {
        u64(SIZE_OFFSET, size);
        return this;
    }

    /** The index of the file descriptor. */
    public long fdIndex() {
        return u32(FD_INDEX_OFFSET);
    }

    /** Sets the index of the file descriptor. */
    public RegionIoFd fdIndex(long fdIndex) {
        u32(FD_INDEX_OFFSET, fdIndex);
        return this;
    }

    /** The kind of the file descriptor. */
    public long type() {
        return u32(TYPE_OFFSET);
    }

    /** Sets the kind of the file descriptor. */
    public RegionIoFd type(long type) {
        u32(TYPE_OFFSET, type);
        return this;
    }

    /** The flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets the flag bits. */
    public RegionIoFd flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The value to match, or the user data. */
    public long matchOrUserData() {
        return u64(MATCH_OR_USER_DATA_OFFSET);
    }

    /** Sets the value to match, or the user data. */
    public RegionIoFd matchOrUserData(long matchOrUserData) {
        u64(MATCH_OR_USER_DATA_OFFSET, matchOrUserData);
        return this;
    }
}
