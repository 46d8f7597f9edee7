package io.vfnic.server.session;

import io.vfnic.device.spi.FunctionPort;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.region.RegionAccess;
import io.vfnic.protocol.region.RegionCapabilityWriter;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.protocol.region.RegionInfo;
import io.vfnic.protocol.region.RegionIoFds;
import io.vfnic.protocol.region.RegionWriteMulti;
import io.vfnic.protocol.region.SparseMmap;
import io.vfnic.server.transport.Frame;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** What regions there are, and access to them. */
final class RegionCommands {
    private static final int MAX_BAR_ACCESS = 8;

    private final FunctionPort port;
    private final SharedPages pages;
    private final RegionInfo info = new RegionInfo();
    private final RegionCapabilityWriter capabilities = new RegionCapabilityWriter();
    private final RegionIoFds ioFds = new RegionIoFds();
    private final RegionAccess access = new RegionAccess();
    private final RegionAccess replyAccess = new RegionAccess();
    private final RegionWriteMulti multi = new RegionWriteMulti();

    /** @param pages what of a region may be mapped; null where nothing may. */
    RegionCommands(FunctionPort port, SharedPages pages) {
        this.port = port;
        this.pages = pages;
    }

    int getInfo(Frame frame, Reply reply) {
        info.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET, RegionInfo.MIN_LENGTH);
        long index = info.index();
        if (index >= port.regionCount()) {
            return Errno.EINVAL.number();
        }
        long requestArgsz = info.argsz();
        io.vfnic.device.spi.RegionInfo region = port.region((int)index);
        if (pages != null && pages.canShow(index)) {
            getMappableInfo(region, index, requestArgsz, reply);
            return 0;
        }
        info.wrap(reply.payload(RegionInfo.MIN_LENGTH), Reply.PAYLOAD_OFFSET, RegionInfo.MIN_LENGTH).clear();
        info.index(index).size(region.size()).flags(flags(region));
        reply.truncate(info.fitTo(requestArgsz));
        return 0;
    }

    /**
     * A client that has no room for the areas must not take the whole region for mappable: it learns only how much room
     * it needs, and gets no file.
     */
    private void getMappableInfo(
        io.vfnic.device.spi.RegionInfo region, long index, long requestArgsz, Reply reply) {
        List<io.vfnic.device.spi.RegionInfo.Area> areas = pages.areas();
        int length = RegionInfo.MIN_LENGTH + SparseMmap.lengthWith(areas.size());
        MutableDirectBuffer payload = reply.payload(length);
        info.wrap(payload, Reply.PAYLOAD_OFFSET, length).clear();
        SparseMmap sparse = capabilities.wrap(payload, Reply.PAYLOAD_OFFSET).sparseMmap(areas.size());
        for (int i = 0; i < areas.size(); i++) {
            sparse.area(i, areas.get(i).offset(), areas.get(i).size());
        }
        boolean fits = length <= requestArgsz;
        info.index(index).size(region.size()).flags(flags(region) | (fits ? RegionInfo.MMAP | RegionInfo.CAPS : 0));
        reply.truncate(info.fitTo(requestArgsz));
        if (fits) {
            reply.addFd(pages.show());
        }
    }

    private static int flags(io.vfnic.device.spi.RegionInfo region) {
        return (region.readable() ? RegionInfo.READ : 0) | (region.writable() ? RegionInfo.WRITE : 0);
    }

    /** The card polls no sub-region by a descriptor of its own, so the list is empty. */
    int getIoFds(Frame frame, Reply reply) {
        ioFds.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET, RegionIoFds.MIN_LENGTH);
        long index = ioFds.index();
        if (index >= port.regionCount() || flags(port.region((int)index)) == 0) {
            return Errno.EINVAL.number();
        }
        ioFds.wrap(reply.payload(RegionIoFds.MIN_LENGTH), Reply.PAYLOAD_OFFSET, RegionIoFds.MIN_LENGTH).clear();
        ioFds.index(index).argsz(RegionIoFds.MIN_LENGTH);
        return 0;
    }

    int read(Frame frame, Reply reply) {
        access.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET, RegionAccess.MIN_LENGTH);
        if (!isAllowed(access.region(), access.count(), false)) {
            return Errno.EINVAL.number();
        }
        int region = (int)access.region();
        int count = (int)access.count();
        int length = RegionAccess.MIN_LENGTH + count;
        MutableDirectBuffer payload = reply.payload(length);
        replyAccess.wrap(payload, Reply.PAYLOAD_OFFSET, length)
            .regionOffset(access.regionOffset()).region(region).count(count);
        return count == 0 ? 0 : port.read(
            region, access.regionOffset(), count, payload, Reply.PAYLOAD_OFFSET + RegionAccess.DATA_OFFSET);
    }

    int write(Frame frame, Reply reply) {
        int errno = write(frame.buffer(), Reply.PAYLOAD_OFFSET);
        replyAccess.wrap(reply.payload(RegionAccess.MIN_LENGTH), Reply.PAYLOAD_OFFSET, RegionAccess.MIN_LENGTH)
            .regionOffset(access.regionOffset()).region(access.region()).count(access.count());
        return errno;
    }

    /** The reply counts the writes that were done: the first one that fails ends them (specification, same section). */
    int writeMulti(Frame frame, Reply reply) {
        multi.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET, frame.payloadLength());
        int count = (int)multi.count();
        int done = 0;
        int errno = 0;
        while (done < count && errno == 0) {
            errno = write(frame.buffer(), Reply.PAYLOAD_OFFSET + RegionWriteMulti.writeOffset(done));
            if (errno == 0) {
                done++;
            }
        }
        multi.wrap(reply.payload(RegionWriteMulti.MIN_LENGTH), Reply.PAYLOAD_OFFSET, RegionWriteMulti.MIN_LENGTH)
            .count(done);
        return done > 0 ? 0 : errno;
    }

    private int write(DirectBuffer buffer, int at) {
        access.wrap(buffer, at, RegionAccess.MIN_LENGTH);
        if (!isAllowed(access.region(), access.count(), true)) {
            return Errno.EINVAL.number();
        }
        int count = (int)access.count();
        return count == 0 ? 0 : port.write(
            (int)access.region(), access.regionOffset(), count, buffer, at + RegionAccess.DATA_OFFSET);
    }

    private boolean isAllowed(long index, long count, boolean isWrite) {
        if (index >= port.regionCount()) {
            return false;
        }
        io.vfnic.device.spi.RegionInfo region = port.region((int)index);
        if (!access.fits(region.size()) || !(isWrite ? region.writable() : region.readable())) {
            return false;
        }
        boolean isBar = index <= RegionIndex.BAR5;
        return !isBar || count == 0 || count <= MAX_BAR_ACCESS && Long.bitCount(count) == 1;
    }
}
