package io.vfnic.server.session;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.dma.DmaMap;
import io.vfnic.protocol.dma.DmaUnmap;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.FileStatus;
import io.vfnic.server.posix.Mapping;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.transport.Frame;

/**
 * The client's memory: maps what comes with a descriptor into this process and hands addresses to the port. A mapping
 * that was withdrawn stays until {@link #releaseRetired()}, which the session calls when no agent can use it any more.
 */
final class MemoryCommands {
    private final FunctionPort port;
    private final DmaMap map = new DmaMap();
    private final DmaUnmap unmap = new DmaUnmap();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Mapping> retired = new ArrayList<>();

    MemoryCommands(FunctionPort port) {
        this.port = port;
    }

    /** A range of the client, and what backs it: a mapped file, or nothing where it is reached by messages. */
    private record Entry(long iova, long size, int flags, Fd fd, FileStatus file, long fdOffset, Mapping mapping) {
        boolean isRange(long otherIova, long otherSize) {
            return iova == otherIova && size == otherSize;
        }

        boolean isWithin(long otherIova, long otherSize) {
            return Long.compareUnsigned(size, otherSize) <= 0
                && Long.compareUnsigned(iova - otherIova, otherSize - size) <= 0;
        }

        boolean overlaps(long otherIova, long otherSize) {
            return Long.compareUnsigned(iova - otherIova, otherSize) < 0
                || Long.compareUnsigned(otherIova - iova, size) < 0;
        }

        boolean isSameFile(FileStatus other) {
            return file == null || other == null ? file == other :
                file.device() == other.device() && file.inode() == other.inode();
        }
    }

    int map(Frame frame) {
        map.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET);
        try {
            if (frame.fds().count() == 0) {
                return add(null, null);
            }
            return addFile(frame.fds().take(0));
        } catch (PosixException e) {
            return e.errno();
        }
    }

    /** The descriptor is kept with the range, to find out whether its file has shrunk. */
    private int addFile(Fd fd) throws PosixException {
        boolean isKept = false;
        try {
            int before = entries.size();
            int errno = add(fd, FileStatus.of(fd));
            isKept = entries.size() > before;
            return errno;
        } finally {
            if (!isKept) {
                fd.close();
            }
        }
    }

    private int add(Fd fd, FileStatus file) throws PosixException {
        int flags = map.flags() & (DmaMap.READ | DmaMap.WRITE);
        long iova = map.address();
        long size = map.size();
        long fdOffset = fd == null ? 0 : map.fdOffset();
        for (Entry entry : entries) {
            if (entry.isRange(iova, size)) {
                // libvfio-user takes an identical repetition for success.
                return entry.flags == flags && entry.fdOffset == fdOffset && entry.isSameFile(file) ?
                    0 : Errno.EEXIST.number();
            }
        }
        boolean writable = (flags & DmaMap.WRITE) != 0;
        Mapping mapping = fd == null ? null : Mapping.ofFile(fd, fdOffset, size, writable);
        int errno = port.mapMemory(new MemoryRange(
            iova, size, mapping == null ? 0 : mapping.address(), (flags & DmaMap.READ) != 0, writable));
        if (errno == 0) {
            entries.add(new Entry(iova, size, flags, fd, file, fdOffset, mapping));
        } else if (mapping != null) {
            mapping.close();
        }
        return errno;
    }

    /** There is no dirty log, so a bitmap cannot be had; libvfio-user answers EINVAL while its log is off. */
    int unmap(Frame frame, Reply reply) {
        unmap.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET);
        int flags = unmap.flags();
        long iova = unmap.address();
        long size = unmap.size();
        if ((flags & DmaUnmap.GET_DIRTY_BITMAP) != 0) {
            return Errno.EINVAL.number();
        }
        if (flags == DmaUnmap.ALL) {
            port.unmapAllMemory();
            retireAll();
        } else {
            int errno = unmap(iova, size);
            if (errno != 0) {
                return errno;
            }
        }
        unmap.wrap(reply.payload(DmaUnmap.LENGTH), Reply.PAYLOAD_OFFSET)
            .argsz(DmaUnmap.LENGTH).flags(flags).address(iova).size(size);
        return 0;
    }

    /**
     * Withdraws every range that lies in the one given. The specification asks for exactly one mapping; but QEMU, when
     * a guest's IOMMU changes a function's domain, unmaps the whole address space in a few large pieces.
     */
    private int unmap(long iova, long size) {
        for (Entry entry : entries) {
            if (entry.overlaps(iova, size) && !entry.isWithin(iova, size)) {
                return Errno.ENOENT.number();
            }
        }
        boolean found = false;
        for (Iterator<Entry> iterator = entries.iterator(); iterator.hasNext(); ) {
            Entry entry = iterator.next();
            if (entry.isWithin(iova, size)) {
                int errno = port.unmapMemory(entry.iova, entry.size);
                if (errno != 0) {
                    return errno;
                }
                iterator.remove();
                retire(entry);
                found = true;
            }
        }
        return found ? 0 : Errno.ENOENT.number();
    }

    /** The client is gone, and the port has dropped all its memory. */
    void retireAll() {
        entries.forEach(this::retire);
        entries.clear();
    }

    private void retire(Entry entry) {
        if (entry.mapping != null) {
            retired.add(entry.mapping);
            entry.fd.close();
        }
    }

    /** A range whose file has become shorter than it was when it was mapped, in words; null where there is none. */
    String findShrunk() {
        for (Entry entry : entries) {
            if (entry.mapping != null && isShrunk(entry)) {
                return "the file behind guest memory 0x%x to 0x%x has been cut short"
                    .formatted(entry.iova, entry.iova + entry.size - 1);
            }
        }
        return null;
    }

    private static boolean isShrunk(Entry entry) {
        try {
            return FileStatus.of(entry.fd).size() < entry.fdOffset + entry.size;
        } catch (PosixException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmaps what was withdrawn; only while the port is quiet. */
    void releaseRetired() {
        if (!retired.isEmpty()) {
            retired.forEach(Mapping::close);
            retired.clear();
        }
    }
}
