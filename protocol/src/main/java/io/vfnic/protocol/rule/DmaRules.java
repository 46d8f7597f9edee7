package io.vfnic.protocol.rule;

import io.vfnic.protocol.Errno;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.dma.DirtyBitmap;
import io.vfnic.protocol.dma.DmaMap;
import io.vfnic.protocol.dma.DmaUnmap;
import org.agrona.DirectBuffer;

/** DMA_MAP and DMA_UNMAP. Overlap, existence and number of ranges are the session's to check. */
final class DmaRules {
    private final DmaMap map = new DmaMap();
    private final DmaUnmap unmap = new DmaUnmap();
    private final DirtyBitmap bitmap = new DirtyBitmap();

    Errno map(DirectBuffer buffer, int offset, int length, int fdCount) {
        if (length < DmaMap.LENGTH || fdCount > 1) {
            return Errno.EINVAL;
        }
        map.wrap(buffer, offset);
        int flags = map.flags();
        if (map.argsz() < DmaMap.LENGTH || (flags & ~DmaMap.ALL_FLAGS) != 0) {
            return Errno.EINVAL;
        }
        if ((flags & (DmaMap.MMAP | DmaMap.FILE_IO)) != 0 && fdCount == 0) {
            return Errno.EINVAL;
        }
        long size = map.size();
        if (size < 0 || size > ProtocolLimits.MAX_DMA_SIZE) {
            return Errno.ENOSPC;
        }
        return size == 0 || wraps(map.address(), size) || fdCount > 0 && !isFileRange(map.fdOffset(), size) ?
            Errno.EINVAL : Errno.OK;
    }

    Errno unmap(DirectBuffer buffer, int offset, int length) {
        if (length < DmaUnmap.LENGTH) {
            return Errno.EINVAL;
        }
        unmap.wrap(buffer, offset);
        long argsz = unmap.argsz();
        if (argsz < DmaUnmap.LENGTH || argsz > ProtocolLimits.MAX_DATA_TRANSFER) {
            return Errno.EINVAL;
        }
        return switch (unmap.flags()) {
            case 0 -> Errno.OK;
            case DmaUnmap.ALL -> unmap.address() == 0 && unmap.size() == 0 ? Errno.OK : Errno.EINVAL;
            case DmaUnmap.GET_DIRTY_BITMAP -> dirtyBitmap(buffer, offset + DmaUnmap.LENGTH, length, argsz);
            default -> Errno.EINVAL;
        };
    }

    private Errno dirtyBitmap(DirectBuffer buffer, int offset, int length, long argsz) {
        if (length < DmaUnmap.LENGTH + DirtyBitmap.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        bitmap.wrap(buffer, offset, DirtyBitmap.MIN_LENGTH);
        long room = argsz - DmaUnmap.LENGTH - DirtyBitmap.MIN_LENGTH;
        long bitmapSize = bitmap.bitmapSize();
        return Long.bitCount(bitmap.pageSize()) != 1 || bitmapSize < 0 || bitmapSize > room ? Errno.EINVAL : Errno.OK;
    }

    /** Whether the range goes beyond the last 64-bit address; one that ends exactly there does not. */
    private static boolean wraps(long address, long size) {
        return Long.compareUnsigned(address + (size - 1), address) < 0;
    }

    /** File offsets are signed in Linux. */
    private static boolean isFileRange(long fdOffset, long size) {
        return fdOffset >= 0 && fdOffset <= Long.MAX_VALUE - size;
    }
}
