package io.vfnic.protocol.rule;

import io.vfnic.protocol.Errno;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.region.RegionAccess;
import io.vfnic.protocol.region.RegionInfo;
import io.vfnic.protocol.region.RegionIoFds;
import io.vfnic.protocol.region.RegionWriteMulti;
import org.agrona.DirectBuffer;

/** Region messages. Whether the region exists and an access lies inside it is the session's to check. */
final class RegionRules {
    private final RegionInfo info = new RegionInfo();
    private final RegionIoFds ioFds = new RegionIoFds();
    private final RegionAccess access = new RegionAccess();
    private final RegionWriteMulti multi = new RegionWriteMulti();
    private final long maxDataTransfer;
    private final boolean writeMultiple;

    RegionRules(long maxDataTransfer, boolean writeMultiple) {
        this.maxDataTransfer = maxDataTransfer;
        this.writeMultiple = writeMultiple;
    }

    Errno info(DirectBuffer buffer, int offset, int length) {
        return length < RegionInfo.MIN_LENGTH ||
            info.wrap(buffer, offset, RegionInfo.MIN_LENGTH).argsz() < RegionInfo.MIN_LENGTH ?
            Errno.EINVAL : Errno.OK;
    }

    Errno ioFds(DirectBuffer buffer, int offset, int length) {
        if (length < RegionIoFds.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        ioFds.wrap(buffer, offset, RegionIoFds.MIN_LENGTH);
        long argsz = ioFds.argsz();
        return ioFds.flags() != 0 || ioFds.count() != 0 ||
            argsz < RegionIoFds.MIN_LENGTH || argsz > ProtocolLimits.MAX_DATA_TRANSFER ?
            Errno.EINVAL : Errno.OK;
    }

    Errno read(DirectBuffer buffer, int offset, int length) {
        return length < RegionAccess.MIN_LENGTH ||
            access.wrap(buffer, offset, RegionAccess.MIN_LENGTH).count() > maxDataTransfer ?
            Errno.EINVAL : Errno.OK;
    }

    Errno write(DirectBuffer buffer, int offset, int length) {
        if (length < RegionAccess.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        long count = access.wrap(buffer, offset, RegionAccess.MIN_LENGTH).count();
        return count > maxDataTransfer || count != length - RegionAccess.MIN_LENGTH ? Errno.EINVAL : Errno.OK;
    }

    /** The payload may be longer than the writes: QEMU always sends room for its largest number of them. */
    Errno writeMulti(DirectBuffer buffer, int offset, int length) {
        if (!writeMultiple || length < RegionWriteMulti.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        multi.wrap(buffer, offset, length);
        long count = multi.count();
        if (count < 0 || count > (length - RegionWriteMulti.MIN_LENGTH) / RegionWriteMulti.WRITE_LENGTH) {
            return Errno.EINVAL;
        }
        for (int i = 0; i < count; i++) {
            if (multi.writeCount(i) > RegionWriteMulti.MAX_WRITE) {
                return Errno.EINVAL;
            }
        }
        return Errno.OK;
    }
}
