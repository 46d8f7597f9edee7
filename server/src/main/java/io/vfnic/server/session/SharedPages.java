package io.vfnic.server.session;

import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.RegionInfo;
import io.vfnic.server.log.LogFields;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Mapping;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.PosixException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of a region's mappable areas, in a file that one client may map. The next client gets another file: a VMM
 * that has been disconnected may still run and write to what it has mapped. The memory's address in this process stays
 * the same, and may be used at any time until {@link #close()}.
 */
public final class SharedPages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPages.class);

    private final String name;
    private final int region;
    private final List<RegionInfo.Area> areas;
    private final Mapping mapping;
    private Fd file;
    private boolean isShown;

    private SharedPages(String name, int region, List<RegionInfo.Area> areas) throws PosixException {
        this.name = name;
        this.region = region;
        this.areas = areas;
        this.mapping = Mapping.ofNothing(areas.stream().mapToInt(RegionInfo.Area::end).max().orElseThrow());
        try {
            exchange();
        } catch (PosixException e) {
            mapping.close();
            throw e;
        }
    }

    /**
     * Gives a function's port shared memory to keep its mappable areas in; before the card is started.
     *
     * @return null where the function has none; no function has such areas in more than one region.
     */
    public static SharedPages of(FunctionPort port) throws PosixException {
        for (int region = 0; region < port.regionCount(); region++) {
            List<RegionInfo.Area> areas = port.region(region).mappable();
            if (!areas.isEmpty()) {
                SharedPages pages = new SharedPages("vfnic-" + port.name(), region, areas);
                port.share(region, new UnsafeBuffer(pages.mapping.address(), (int)pages.mapping.length()));
                return pages;
            }
        }
        return null;
    }

    /** Whether the client can be given a file for this region. */
    boolean canShow(long index) {
        return index == region && file != null;
    }

    /** What may be mapped. */
    List<RegionInfo.Area> areas() {
        return areas;
    }

    /** The file, to be sent to the client. Offsets in it are those in the region. */
    Fd show() {
        isShown = true;
        return file;
    }

    /** The client has gone: whatever it has mapped is nobody's from now on, and the port's memory is zero. */
    void renew() {
        if (!isShown) {
            return;
        }
        isShown = false;
        closeFile();
        try {
            exchange();
        } catch (PosixException e) {
            LOG.atWarn().addKeyValue(LogFields.FUNCTION, name).setCause(e)
                .log("the next client gets no registers to map");
            withdraw();
        }
    }

    private void exchange() throws PosixException {
        Fd fresh = MemFd.createSealed(name, mapping.length());
        try {
            mapping.replaceByFile(fresh);
            file = fresh;
        } finally {
            if (file != fresh) {
                fresh.close();
            }
        }
    }

    private void withdraw() {
        try {
            mapping.replaceByNothing();
        } catch (PosixException e) {
            throw new IllegalStateException(name + ": registers cannot be taken from a client that has gone", e);
        }
    }

    private void closeFile() {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    /** Only when neither a session nor the card uses the memory any more. */
    @Override
    public void close() {
        closeFile();
        mapping.close();
    }
}
